package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an HTTP/2 client sees of a stop, frame by frame. */
@Tag("integration")
final class Http2StopTest extends ServerTest {

  private static final int HIGHEST = Integer.MAX_VALUE;

  @Test
  void warnsFirstAnswersWhatIsOnItsWayThenNamesTheLastStream() throws Exception {
    App app = start(http("linger", "1m"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/held/x");
      Promise<Void> first = nextHeld();
      Future<Void> stop = stop(app);

      assertThat(client.next(Http2Wire.GOAWAY).lastStream()).isEqualTo(HIGHEST);
      Http2Wire.Frame ping = client.next(Http2Wire.PING);
      client.get(3, "/hello"); // was on its way when the warning came
      client.send(Http2Wire.PING, Http2Wire.ACK, 0, ping.payload().array());
      client.readAnswer(3);
      assertThat(client.next(Http2Wire.GOAWAY).lastStream()).isEqualTo(3);

      first.complete();
      client.readAnswer(1);
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void doesNotWaitForAClientThatAnswersNoPingLongerThanTheLinger() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/hello");
      client.readAnswer(1);
      Future<Void> stop = stop(app);
      assertThat(client.next(Http2Wire.GOAWAY).lastStream()).isEqualTo(HIGHEST);
      assertThat(client.next(Http2Wire.GOAWAY).lastStream()).isEqualTo(1);
      assertThat(client.isAtEnd()).isTrue();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void cutsAStuckStreamAtTheDrainDeadlineAndNamesIt() throws Exception {
    App app = start(http("drainTimeout", "200ms", "linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/held/secret?token=1");
      nextHeld();
      long before = System.nanoTime();
      await(app.stop(STOP));
      assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(200_000_000);
      assertThat(stopped().outcome()).hasToString("CUT");
      assertThat(stopped().cut())
          .singleElement()
          .satisfies(
              cut -> assertThat(cut.what()).matches("GET /held/:what from 127\\.0\\.0\\.1:[0-9]+"));
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void receivesABodyToItsEndDuringTheStop() throws Exception {
    App app = start(http("linger", "50ms"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.post(1, "/echo");
      client.send(Http2Wire.DATA, 0, 1, new byte[1000]);
      client.send(Http2Wire.PING, 0, 0, new byte[8]);
      client.next(Http2Wire.PING); // by now the server has the request
      Future<Void> stop = stop(app);
      client.next(Http2Wire.GOAWAY);
      client.next(Http2Wire.GOAWAY);
      client.send(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[1000]);
      client.readAnswer(1);
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void finishesTheStreamOfAnUpgradedRequest() throws Exception {
    App app = start();
    try (Http2Wire client = Http2Wire.upgraded(port, "/held/x")) {
      Promise<Void> request = nextHeld();
      Future<Void> stop = stop(app);
      client.acknowledge(client.next(Http2Wire.PING));
      request.complete();
      client.readAnswer(1);
      assertThat(client.isAtEnd()).isTrue();
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void warnsAsSoonAsNoStreamIsOpen() throws Exception {
    App app = start(http("linger", "1m"));
    try (Http2Wire client = new Http2Wire(port)) {
      client.get(1, "/held/x");
      Promise<Void> request = nextHeld();
      Future<Void> stop = stop(app);
      request.complete();
      assertThat(client.next(Http2Wire.GOAWAY, Http2Wire.HEADERS).saysOk()).isTrue();
      assertThat(client.next(Http2Wire.GOAWAY).lastStream()).isEqualTo(HIGHEST);
      client.acknowledge(client.next(Http2Wire.PING));
      client.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void takesNobodyUpOnHttp2WhoComesDuringTheStop() throws Exception {
    App app = start(http("linger", "1m"));
    try (HttpClientConnection early = new HttpClientConnection(port);
        HttpClientConnection late = new HttpClientConnection(port)) {
      early.request("/hello"); // accepted one after the other, so by now both are
      late.socket().setTcpNoDelay(true);
      Future<Void> stop = stop(app);
      early.leave();
      late.send(
          String.join(
              "\r\n",
              "GET /hello HTTP/1.1",
              "Host: t",
              "Connection: Upgrade, HTTP2-Settings",
              "Upgrade: h2c",
              "HTTP2-Settings: AAMAAABkAAQAAP__",
              "\r\n"));
      HttpClientConnection.Answer answer = late.read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.saysClose()).isTrue();
      assertThat(late.isAtEnd()).isTrue();
      late.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
