package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.lifecycle.WorkStats;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.ServerSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real server, real sockets, and what its clients see of a stop. */
@Tag("integration")
final class HttpVerticleTest extends ServerTest {

  @Test
  void answersARequestInFlightAndSaysClose() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/x"));
      Promise<Void> request = nextHeld();
      Future<Void> stop = stop(app);
      request.complete();
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.body()).isEqualTo("x");
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void answersARequestThatArrivesOnAnIdleConnectionDuringTheLinger() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      assertThat(client.request("/hello").saysClose()).isFalse();
      Future<Void> stop = stop(app);
      HttpClientConnection.Answer answer = client.request("/hello");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop); // long before the linger ends, because nobody is left
    }
  }

  @Test
  void answersAllPipelinedRequestsAndSaysCloseOnTheLast() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          HttpClientConnection.get("/held/a")
              + HttpClientConnection.get("/hello")
              + HttpClientConnection.get("/held/b")
              + HttpClientConnection.get("/later"));
      Promise<Void> first = nextHeld();
      Future<Void> stop = stop(app);
      first.complete();
      assertThat(client.read()).matches(a -> a.body().equals("a") && !a.saysClose());
      assertThat(client.read()).matches(a -> a.body().equals("hello") && !a.saysClose());
      nextHeld().complete();
      assertThat(client.read()).matches(a -> a.body().equals("b") && !a.saysClose());
      assertThat(client.read()).matches(a -> a.body().equals("later") && a.saysClose());
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void cutsARequestThatIsNeverAnsweredAndNamesItsRouteAndPeer() throws Exception {
    App app = start(http("drainTimeout", "200ms"));
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.get("/held/secret?token=1"));
      nextHeld();
      await(app.stop(STOP));
      assertThat(stopped().outcome()).hasToString("CUT");
      assertThat(stopped().cut())
          .singleElement()
          .satisfies(
              cut -> assertThat(cut.what()).matches("GET /held/:what from 127\\.0\\.0\\.1:[0-9]+"));
    }
  }

  @Test
  void countsNoRequestWhoseHeadNeverEnds() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.request("/hello");
      client.send("GET /hello HTTP/1.1\r\nHo");
    }
    try (HttpClientConnection later = new HttpClientConnection(port)) {
      later.request("/hello"); // on the same event loop, which has noticed the end by now
    }
    await(app.stop(STOP));
    WorkStats load = app.view().now().components().get(0).stats();
    assertThat(load.admitted()).isEqualTo(2);
    assertThat(load.refused()).isZero();
  }

  @Test
  void refusesNewConnectionsOnceTheListenerIsClosed() throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.request("/hello");
    }
    await(app.stop(STOP));
    assertThatThrownBy(() -> new HttpClientConnection(port)).isInstanceOf(IOException.class);
  }

  @Test
  void saysWhichPortIsTakenAndWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(http("port", taken.getLocalPort())))
          .rootCause()
          .isInstanceOf(java.net.BindException.class);
      assertThatThrownBy(() -> start(http("port", taken.getLocalPort())))
          .hasMessageContaining("component \"http\" did not start")
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("http.port");
    }
  }
}
