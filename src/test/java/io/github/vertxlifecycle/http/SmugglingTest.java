package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.Router;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two programs on a request's way could read as two different requests: 400, and the end. */
@Tag("integration")
final class SmugglingTest extends ServerTest {

  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: t\r\n\r\n";

  private final AtomicInteger smuggled = new AtomicInteger();

  @Override
  void more(Server server, Router router) {
    router
        .get("/smuggled")
        .handler(
            context -> {
              smuggled.incrementAndGet();
              context.end("smuggled");
            });
    router
        .route("/any")
        .handler(
            context ->
                context.request().body().onSuccess(body -> context.end("got " + body.length())));
  }

  private void expectRefused(String head, boolean first) throws Exception {
    App app = start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      if (!first) {
        assertThat(client.request("/hello").status()).isEqualTo(200);
      }
      client.send(head.replace("|", "\r\n") + SMUGGLED);
      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.saysClose()).isTrue();
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(smuggled).hasValue(0);
    assertThat(app.view().now().components().get(0).stats().faulty()).isEqualTo(1);
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /any HTTP/1.1|Host: t|Content-Length: 3|Transfer-Encoding: chunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: chunked|Content-Length: 3||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: chunked, identity||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: identity, chunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: identity||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: xchunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: gzip, chunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: chunked|Transfer-Encoding: x||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding: \u000bchunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding : chunked||0||",
        "POST /any HTTP/1.1|Host: t|Transfer-Encoding:|Content-Length: 0||",
        "POST /any HTTP/1.0|Host: t|Transfer-Encoding: chunked||0||",
        "POST /any HTTP/1.0|Host: t|Transfer-Encoding: chunked|Content-Length: 5||0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: 3|Content-Length: 0||",
        "POST /any HTTP/1.0|Host: t|Content-Length: 3|Content-Length: 0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: 0|Content-Length: 0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: 0, 0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: +0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: -1||",
        "POST /any HTTP/1.1|Host: t|Content-Length: 0x0||",
        "POST /any HTTP/1.1|Host: t|Content-Length: 99999999999999999999||",
        "POST /any HTTP/1.1|Host: t|Content-Length:||",
        "POST /any HTTP/1.1|Host: t|Content-Length : 0||",
        "GET /any HTTP/1.1|Host: t|Host: u||",
        "GET /any HTTP/1.1|Host: t|host: t||",
        "GET /any HTTP/1.0|Host: t|Host: u||",
        "GET /any HTTP/1.1|X: y||",
        "GET /any HTTP/1.1|Host: t u||",
        "GET /any HTTP/1.1|Host: t/any||",
        "GET /any HTTP/1.1|Host: u@t||",
        "GET /any HTTP/1.1|Host: t|X: y| z||",
        "GET /any HTTP/1.1|Host: t|X: y|\tz||",
        "GET /any HTTP/1.1|Host: t|X: y| Content-Length: 40||",
        "GET /any HTTP/1.1| Host: t||",
        "GET /any HTTP/1.1| X: y|Host: t||",
        "GET /any HTTP/1.1|Host: t|X : y||",
        "GET /any HTTP/1.1|Host: t|X\t: y||",
        "GET /any HTTP/1.1|Host: t|: y||",
        "GET /any HTTP/1.1|Host: t|X||",
        "GET /any HTTP/1.1|Host: t|X: a\rY: b||",
        "GET /any HTTP/1.1|Host: t|X: a\r||",
        "GET /any HTTP/1.1|Host: t|X: a\u0000b||",
        "GET /any HTTP/1.1|Host: t|X\u0000: b||",
        "GET /a ny HTTP/1.1|Host: t||",
        "GET /any HTTP/1.1 x|Host: t||",
        "GET\r/any HTTP/1.1|Host: t||",
        "G(T /any HTTP/1.1|Host: t||",
      })
  void isRefusedAndNothingBehindItIsLookedAt(String head) throws Exception {
    expectRefused(head, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /any HTTP/1.1|Host: t|Content-Length: 3|Transfer-Encoding: chunked||0||",
        "GET /any HTTP/1.1|Host: t|Host: u||",
        "GET /any HTTP/1.1|Host: t|X: y| z||",
      })
  void isRefusedOnAConnectionThatHasBeenUsed(String head) throws Exception {
    expectRefused(head, false);
  }

  @Test
  void answersWhatCameBeforeABadHeadInTheSamePacket() throws Exception {
    start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          HttpClientConnection.get("/later")
              + "POST /any HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5\r\na\n b\n\r\n0\r\n\r\n"
              + "GET /any HTTP/1.1\r\nHost: t\r\nX: y\r\n z\r\n\r\n"
              + SMUGGLED);
      assertThat(client.read().body()).isEqualTo("later");
      assertThat(client.read().body()).isEqualTo("got 5");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.isAtEnd()).isTrue();
    }
    assertThat(smuggled).hasValue(0);
  }

  @Test
  void findsAFoldedLineByteByByte() throws Exception {
    start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      for (char one : "GET /any HTTP/1.1\r\nHost: t\r\nX: y\r\n z\r\n\r\n".toCharArray()) {
        try {
          client.send(String.valueOf(one));
        } catch (java.net.SocketException e) {
          break; // it has been refused by now
        }
      }
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  @Test
  void refusesTheSameOverTls(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory)
      throws Exception {
    start(Certificates.tls(directory));
    try (HttpClientConnection client = new HttpClientConnection(port, true)) {
      client.send("GET /any HTTP/1.1\r\nHost: t\r\nX: y\r\n z\r\n\r\n" + SMUGGLED);
      assertThat(client.read().status()).isEqualTo(400);
    }
    try (HttpClientConnection client = new HttpClientConnection(port, true)) {
      client.send(
          String.join(
              "\r\n",
              "POST /any HTTP/1.1",
              "Host: t",
              "Content-Length: 3",
              "Transfer-Encoding: chunked",
              "",
              "0",
              "\r\n"));
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  @Test
  void takesWhatIsUnusualAndRight() throws Exception {
    start();
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("\r\nGET /hello HTTP/1.1\r\nHost:\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      client.send("GET /hello HTTP/1.1\r\nHost: [::1]:8080\r\nEmpty:\r\nX:\t y \r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
      client.send("POST /any HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: Chunked\r\n\r\n");
      client.send("3\r\n\n a\r\n0\r\n\r\n");
      assertThat(client.read().body()).isEqualTo("got 3");
      client.send("POST /any HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n\n\tab");
      assertThat(client.read().body()).isEqualTo("got 4");
      client.send("GET http://elsewhere/hello HTTP/1.1\r\nHost: t\r\n\r\n");
      client.read();
      client.send("GET /hello HTTP/1.0\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(200);
    }
  }
}
