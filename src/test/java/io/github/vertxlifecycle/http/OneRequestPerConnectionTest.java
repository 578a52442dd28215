package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/**
 * Clients that use each connection once, and an announcement that lasts longer than the linger
 * time: whom the system lets in is answered, until it refuses.
 */
abstract class OneRequestPerConnectionTest extends ServerTest {

  private static final int CLIENTS = 6;

  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final Promise<Void> some = Promise.promise();

  OneRequestPerConnectionTest(Transport transport) {
    super(transport);
  }

  /**
   * Without a socket filter: the system resets who comes between the last accept and the close, and
   * refuses the next; whom it has let in gets an answer, never an end without one.
   */
  @Tag("integration")
  static final class NioTest extends OneRequestPerConnectionTest {
    NioTest() {
      super(Transport.NIO);
    }

    @Override
    void assertLost(Collection<String> failed) {
      assertThat(failed)
          .allSatisfy(one -> assertThat(one).contains("Connection reset"))
          .hasSizeLessThanOrEqualTo(CLIENTS);
    }
  }

  /** With one: nobody. */
  @Tag("integration")
  @Tag("linux")
  @Tag("epoll")
  static final class EpollTest extends OneRequestPerConnectionTest {
    EpollTest() {
      super(Transport.EPOLL);
    }

    @Override
    void assertLost(Collection<String> failed) {
      assertThat(failed).isEmpty();
    }

    @RepeatedTest(3)
    void answersAllWhoSendMoreThanTheirHead() throws Exception {
      answersAll(HttpClientConnection.post("/echo", "x".repeat(2_000)));
    }
  }

  /** Judges what was lost. */
  abstract void assertLost(Collection<String> failed);

  private void ask(String request) {
    boolean listening = true;
    while (listening) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        client.send(request);
        assertThat(client.read().status()).isEqualTo(200);
        if (answered.incrementAndGet() == 100) {
          some.complete();
        }
      } catch (ConnectException refused) {
        listening = false;
      } catch (IOException e) {
        failed.add(answered + ": " + e);
      }
    }
  }

  final void answersAll(String request) throws Exception {
    JsonObject config = http("linger", "300ms");
    config.put("lifecycle", new JsonObject().put("announceDelay", "400ms"));
    App app = start(config);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client = new Thread(() -> ask(request));
      client.setDaemon(true);
      client.start();
      clients.add(client);
    }
    await(some.future());
    await(app.stop(STOP));
    for (Thread client : clients) {
      client.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }
    assertLost(failed);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @RepeatedTest(3)
  void answersAllThatItLetsIn() throws Exception {
    answersAll("GET /hello HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  }

  @RepeatedTest(3)
  void answersAllWhoLeaveTheClosingToTheServer() throws Exception {
    answersAll("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nbody");
  }

  @RepeatedTest(3)
  void answersAllWhoTakeTimeToSpeak() throws Exception {
    answersAll("GET /later HTTP/1.0\r\n\r\n");
  }
}
