package io.github.vertxlifecycle.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section, and its problems. */
final class AcmeOptionsTest {

  @TempDir Path directory;

  private List<Problem> problems = List.of();

  private AcmeOptions read(JsonObject acme) {
    Section section = Section.of("http.tls", new JsonObject().put("acme", acme));
    AcmeOptions options = AcmeOptions.of(section);
    problems = section.problems();
    return options;
  }

  private static JsonObject acme(String... domains) {
    return new JsonObject()
        .put("domains", new JsonArray(List.of(domains)))
        .put("storage", "certificates");
  }

  private List<String> problems() {
    return problems.stream().map(Problem::toString).toList();
  }

  @Test
  void asksLetsEncryptByDefaultAndWritesNamesInAscii() {
    AcmeOptions options = read(acme("Bücher.Example.org", "www.example.org", "www.example.org"));
    assertThat(problems()).isEmpty();
    assertThat(options.domains()).containsExactly("xn--bcher-kva.example.org", "www.example.org");
    assertThat(options.directory()).hasToString("https://acme-v02.api.letsencrypt.org/directory");
    assertThat(options.file().toString()).contains("acme-v02.api.letsencrypt.org-directory");
  }

  @Test
  void saysEverythingThatIsWrong() {
    assertThat(
            read(
                new JsonObject()
                    .put("domains", new JsonArray().add("*.example.org").add("10.0.0.1").add("a b"))
                    .put("email", "nobody")
                    .put("directory", "http://example.org/dir")
                    .put("trust", directory.resolve("nothing.pem").toString())
                    .put("domain", "example.org")))
        .isNull();
    assertThat(problems())
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).contains("\"*.example.org\" would need a challenge in the DNS"),
            one -> assertThat(one).contains("\"10.0.0.1\" is no domain name"),
            one -> assertThat(one).contains("\"a b\" is no domain name"),
            one -> assertThat(one).contains("http.tls.acme.email"),
            one -> assertThat(one).contains("http.tls.acme.directory"),
            one -> assertThat(one).contains("http.tls.acme.storage"),
            one -> assertThat(one).contains("http.tls.acme.trust").contains("nothing.pem"),
            one -> assertThat(one).contains("did you mean domains?"));
  }

  @Test
  void needsADomain() {
    assertThat(read(acme())).isNull();
    assertThat(problems()).singleElement().asString().contains("name at least one");
  }
}
