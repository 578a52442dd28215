package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers of the links service. */
@Tag("integration")
final class LinksHttpTest {

  private static Servers servers;
  private static ApplicationProcess process;
  private static int port;

  @BeforeAll
  static void start() {
    servers = new Servers();
    process = servers.links().start();
    port = process.started().port("http");
  }

  @AfterAll
  static void stop() {
    process.close();
    servers.close();
  }

  private static HttpClientConnection.Answer post(String body) throws Exception {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.post("/links", body));
      return client.read();
    }
  }

  private static HttpClientConnection.Answer get(String path) throws Exception {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      return client.request(path);
    }
  }

  @Test
  void makesALinkFollowsItAndDescribesIt() throws Exception {
    HttpClientConnection.Answer made = post("{\"url\":\"https://example.com/a?b=c\"}");
    assertThat(made.status()).isEqualTo(201);
    JsonObject link = new JsonObject(made.body());
    assertThat(link.fieldNames()).containsExactly("code", "url");
    assertThat(link.getString("url")).isEqualTo("https://example.com/a?b=c");
    String code = link.getString("code");

    HttpClientConnection.Answer found = get("/" + code);
    assertThat(found.status()).isEqualTo(302);
    assertThat(found.headers()).containsEntry("location", "https://example.com/a?b=c");

    HttpClientConnection.Answer described = get("/links/" + code);
    assertThat(described.status()).isEqualTo(200);
    assertThat(new JsonObject(described.body()).fieldNames())
        .containsExactly("code", "url", "hits");
  }

  @Test
  void answers404ForALinkThatWasNeverMade() throws Exception {
    assertThat(get("/never")).matches(a -> a.status() == 404 && a.body().contains("never"));
    assertThat(get("/links/never").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                               | the body is empty",
        "nonsense                         | not a JSON object",
        "[]                               | not a JSON object",
        "{}                               | must be a string",
        "{\"url\":1}                      | must be a string",
        "{\"url\":\"no\"}                 | http:// or https://",
        "{\"url\":\"ftp://example.com\"}  | http:// or https://",
        "{\"url\":\"https:///path\"}      | names no host",
        "{\"url\":\"https://a b\"}        | not a URL",
      })
  void refusesABodyThatIsNoLinkAndSaysWhy(String body, String reason) throws Exception {
    HttpClientConnection.Answer answer = post(body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(new JsonObject(answer.body()).getString("error")).contains(reason);
  }
}
