package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JDK's own client, whose default is HTTP/2. Before 24 it fails the streams that are open when
 * a GOAWAY comes (JDK-8335181), whatever that says.
 */
@Tag("integration")
final class JdkClientTest extends ServerTest {

  @TempDir Path directory;

  private HttpClient client(boolean tls) throws Exception {
    HttpClient.Builder builder = HttpClient.newBuilder();
    return (tls ? builder.sslContext(TrustingTls.CONTEXT) : builder).build();
  }

  private CompletableFuture<HttpResponse<String>> get(HttpClient client, boolean tls, String path) {
    URI uri = URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port + path);
    return client.sendAsync(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void answersWhatIsInFlight(boolean tls, JsonObject config) throws Exception {
    config.getJsonObject("http").put("linger", "10s");
    App app = start(config);
    HttpClient client = client(tls);
    assertThat(get(client, tls, "/hello").get(PATIENCE_SECONDS, TimeUnit.SECONDS).version())
        .isEqualTo(HttpClient.Version.HTTP_2);
    CompletableFuture<HttpResponse<String>> one = get(client, tls, "/held/one");
    Promise<Void> first = nextHeld();
    CompletableFuture<HttpResponse<String>> other = get(client, tls, "/held/other");
    Promise<Void> second = nextHeld();
    Future<Void> stop = stop(app);
    first.complete();
    assertThat(one.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body()).isEqualTo("one");
    second.complete();
    assertThat(other.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body()).isEqualTo("other");
    await(stop);
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void hasItsAnswersOverCleartext() throws Exception {
    answersWhatIsInFlight(false, http());
  }

  @Test
  void hasItsAnswersOverTls() throws Exception {
    answersWhatIsInFlight(true, Certificates.tls(directory));
  }

  @Test
  void hasAnAnswerOnHttp11WhenItComesDuringTheStop() throws Exception {
    App app = start(http("linger", "2s"));
    try (HttpClientConnection stays = new HttpClientConnection(port)) {
      stays.send(HttpClientConnection.get("/held/x"));
      Promise<Void> release = nextHeld();
      Future<Void> stop = stop(app);
      HttpResponse<String> answer =
          get(client(false), false, "/hello").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(answer.body()).isEqualTo("hello");
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      release.complete();
      stays.read();
      stays.leave();
      await(stop);
    }
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }
}
