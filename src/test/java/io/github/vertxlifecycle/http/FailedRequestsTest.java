package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.ext.web.Router;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log says of requests that fail, and what the client hears. */
@Tag("integration")
final class FailedRequestsTest extends ServerTest {

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final CountDownLatch hungUp = new CountDownLatch(1);

  @BeforeEach
  void listen() {
    lines.start();
    root.addAppender(lines);
  }

  @AfterEach
  void leave() {
    root.detachAppender(lines);
  }

  @Override
  void more(Server server, Router router) {
    router.get("/broken").handler(context -> context.fail(new ConnectException("refused")));
    router.get("/fault").handler(context -> context.fail(503, new IllegalStateException("why")));
    router.get("/theirs").handler(context -> context.fail(409, new ConnectException("theirs")));
    router
        .get("/gone")
        .handler(
            context ->
                context
                    .response()
                    .closeHandler(
                        v -> {
                          context
                              .response()
                              .end("late")
                              .onFailure(context::fail)
                              .onComplete(done -> hungUp.countDown());
                        }));
  }

  private List<ILoggingEvent> told(Level level) {
    return List.copyOf(lines.list).stream().filter(line -> line.getLevel() == level).toList();
  }

  @Test
  void anOutageIsOneLineWhateverTheNumberOfRequests() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      for (int i = 0; i < 200; i++) {
        assertThat(client.request("/broken").status()).isEqualTo(500);
      }
    }
    assertThat(told(Level.ERROR))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getFormattedMessage())
                  .isEqualTo("http: GET /broken failed: java.net.ConnectException: refused");
              assertThat(line.getThrowableProxy()).isNull();
            });
    await(app.stop(STOP));
    assertThat(told(Level.ERROR)).hasSize(2);
    assertThat(told(Level.ERROR).get(1).getFormattedMessage())
        .startsWith("http: 199 more like it within ");
  }

  @Test
  void aFaultOfTheProgramIsToldWithItsStack() throws Exception {
    start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/fault").status()).isEqualTo(503);
    }
    assertThat(told(Level.ERROR))
        .singleElement()
        .satisfies(line -> assertThat(line.getThrowableProxy()).isNotNull());
  }

  @Test
  void whatTheClientDidIsNoError() throws Exception {
    start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/theirs").status()).isEqualTo(409);
      assertThat(client.request("/nowhere").status()).isEqualTo(404);
      client.send("DELETE /hello HTTP/1.1\r\nHost: test\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(405);
    }
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/gone"));
    }
    assertThat(hungUp.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(told(Level.ERROR)).isEmpty();
  }
}
