package io.github.vertxlifecycle.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Settings that are valid, and settings that are not. */
final class PostgresSettingsTest {

  private static PostgresSettings read(JsonObject json) {
    Section section = Section.of("postgres", json);
    PostgresSettings settings = new PostgresSettings(section);
    section.rejectOthers();
    section.throwProblems();
    return settings;
  }

  private static AbstractThrowableAssert<?, ?> problemOf(JsonObject json) {
    return assertThatThrownBy(() -> read(json)).isInstanceOf(ConfigurationException.class);
  }

  private static JsonObject uri(String uri) {
    return new JsonObject().put("uri", uri);
  }

  @Test
  void readsAUri() {
    PgConnectOptions login = read(uri("postgresql://me:pw@db:5433/shop?sslmode=prefer")).connect();

    assertThat(login.getHost()).isEqualTo("db");
    assertThat(login.getPort()).isEqualTo(5433);
    assertThat(login.getDatabase()).isEqualTo("shop");
    assertThat(login.getUser()).isEqualTo("me");
    assertThat(login.getPassword()).isEqualTo("pw");
    assertThat(login.getSslMode()).isEqualTo(SslMode.PREFER);
  }

  @Test
  void whatStandsBesideTheUriWins() {
    PgConnectOptions login =
        read(uri("postgresql://me:pw@db:5433/shop")
                .put("host", "other")
                .put("port", 1)
                .put("database", "d")
                .put("user", "u")
                .put("password", "p"))
            .connect();

    assertThat(login.getHost()).isEqualTo("other");
    assertThat(login.getPort()).isEqualTo(1);
    assertThat(login.getDatabase()).isEqualTo("d");
    assertThat(login.getUser()).isEqualTo("u");
    assertThat(login.getPassword()).isEqualTo("p");
  }

  @Test
  void theDatabaseIsNamedLikeTheUserByDefault() {
    assertThat(read(uri("postgresql://me@db")).connect().getDatabase()).isEqualTo("me");
    assertThat(read(uri("postgresql://me@db")).connect().getPassword()).isEmpty();
  }

  @Test
  void aBadUriIsAProblemThatDoesNotRepeatThePassword() {
    problemOf(uri("postgresql://me:s3cr@t@db/shop"))
        .hasMessageContaining("postgres.uri: is not a PostgreSQL uri, which looks like")
        .message()
        .doesNotContain("s3cr");
    problemOf(uri("mysql://me:s3cret@db/shop")).message().doesNotContain("s3cret");
    problemOf(uri("postgresql://me:s3cret@db:99999/shop")).message().doesNotContain("s3cret");
    problemOf(uri("postgresql://me:s3cret@db/shop?sslmode=never"))
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void aUriIsNeeded() {
    problemOf(new JsonObject()).hasMessageContaining("postgres.uri: is missing; for example");
  }

  @Test
  void aUserIsNeeded() {
    problemOf(uri("postgresql://db/shop")).hasMessageContaining("postgres.user: is missing");
  }

  @Test
  void uriAndServerExcludeEachOther() {
    problemOf(uri("postgresql://me@db").put("server", "embedded"))
        .hasMessageContaining("postgres.server: must not be there beside uri");
  }

  @Test
  void anUnknownModeIsAProblemThatNamesTheKnownOnes() {
    problemOf(uri("postgresql://me@db").put("sslMode", "on"))
        .hasMessageContaining("postgres.sslMode: must be one of disable, allow, prefer, require");
  }

  @Test
  void verificationNeedsAnAuthorityToTrust() {
    problemOf(uri("postgresql://me@db").put("sslMode", "verify-full"))
        .hasMessageContaining("postgres.sslRootCert: is missing");
  }

  @Test
  void aMisspeltKeyIsAProblem() {
    problemOf(uri("postgresql://me@db").put("poolsize", 3))
        .hasMessageContaining("did you mean poolSize?");
  }

  @Test
  void timesHaveDefaultsAndZeroIsNoLimit() {
    assertThat(read(uri("postgresql://me@db")).queryTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read(uri("postgresql://me@db")).pool().getConnectionTimeout()).isEqualTo(30_000);
    assertThat(read(uri("postgresql://me@db").put("queryTimeout", 0)).queryTimeout()).isZero();
  }

  @Test
  void aTimeIsNotNegative() {
    problemOf(uri("postgresql://me@db").put("queryTimeout", "-1s"))
        .hasMessageContaining("postgres.queryTimeout: \"-1s\" is not a duration");
    problemOf(uri("postgresql://me@db").put("queryTimeuot", "1s"))
        .hasMessageContaining("postgres.queryTimeuot");
  }
}
