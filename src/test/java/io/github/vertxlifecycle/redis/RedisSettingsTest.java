package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** Settings that are valid, and settings that are not. */
final class RedisSettingsTest {

  private static RedisSettings read(JsonObject json) {
    Section section = Section.of("redis", json);
    RedisSettings settings = new RedisSettings(section);
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
  void takesTheLoginOutOfTheUri() {
    RedisOptions options = read(uri("redis://me:p%40w@cache:6380/2")).options();

    assertThat(options.getEndpoints()).containsExactly("redis://cache:6380/2");
    assertThat(options.getUser()).isEqualTo("me");
    assertThat(options.getPassword()).isEqualTo("p@w");
    assertThat(options.getType()).isEqualTo(RedisClientType.STANDALONE);
  }

  @Test
  void aPasswordAloneNeedsNoUser() {
    RedisOptions options = read(uri("rediss://:pw@cache")).options();

    assertThat(options.getEndpoints()).containsExactly("rediss://cache");
    assertThat(options.getUser()).isNull();
    assertThat(options.getPassword()).isEqualTo("pw");
  }

  @Test
  void whatStandsBesideTheUriWins() {
    RedisOptions options =
        read(uri("redis://me:pw@cache").put("user", "u").put("password", "p")).options();

    assertThat(options.getUser()).isEqualTo("u");
    assertThat(options.getPassword()).isEqualTo("p");
  }

  @Test
  void readsSentinels() {
    RedisOptions options =
        read(new JsonObject()
                .put("uris", new JsonArray().add("redis://a:26379").add("redis://b:26379"))
                .put("mode", "sentinel")
                .put("masterName", "main")
                .put("role", "replica"))
            .options();

    assertThat(options.getEndpoints()).containsExactly("redis://a:26379", "redis://b:26379");
    assertThat(options.getType()).isEqualTo(RedisClientType.SENTINEL);
    assertThat(options.getMasterName()).isEqualTo("main");
    assertThat(options.getRole()).isEqualTo(RedisRole.REPLICA);
  }

  @Test
  void readsTheSocketOfAServerOnThisMachine() {
    assertThat(read(uri("unix:///run/redis.sock")).options().getEndpoints())
        .containsExactly("unix:///run/redis.sock");
  }

  @Test
  void aBadUriIsAProblemThatDoesNotRepeatThePassword() {
    problemOf(uri("redis://me:s3cr et@cache"))
        .hasMessageContaining("redis.uri: is not a Redis uri, which looks like")
        .message()
        .doesNotContain("s3cr");
    problemOf(uri("http://me:s3cret@cache")).message().doesNotContain("s3cret");
    problemOf(uri("redis://me:s3cret@cache/first")).message().doesNotContain("s3cret");
    problemOf(uri("cache:6379"));
  }

  @Test
  void aUriIsNeeded() {
    problemOf(new JsonObject()).hasMessageContaining("redis.uri: is missing; for example");
  }

  @Test
  void standaloneHasOneUri() {
    problemOf(new JsonObject().put("uris", new JsonArray().add("redis://a").add("redis://b")))
        .hasMessageContaining("redis.uris: are for mode = sentinel or cluster");
  }

  @Test
  void anUnknownModeIsAProblemThatNamesTheKnownOnes() {
    problemOf(uri("redis://a").put("mode", "single"))
        .hasMessageContaining("redis.mode: must be one of standalone, sentinel, cluster");
  }

  @Test
  void anAnswerHasTenSecondsUnlessTheSectionSaysOtherwise() {
    assertThat(read(uri("redis://cache")).requestTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(read(uri("redis://cache").put("requestTimeout", 0)).requestTimeout()).isZero();
  }

  @Test
  void aTimeIsNotNegative() {
    problemOf(uri("redis://cache").put("requestTimeout", "-1s"))
        .hasMessageContaining("redis.requestTimeout: \"-1s\" is not a duration");
  }
}
