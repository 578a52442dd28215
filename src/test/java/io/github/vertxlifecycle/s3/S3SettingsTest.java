package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

/** Settings that are valid, and settings that are not. */
final class S3SettingsTest {

  private static S3Settings read(JsonObject json) {
    Section section = Section.of("s3", json);
    S3Settings settings = new S3Settings(section);
    section.rejectOthers();
    section.throwProblems();
    return settings;
  }

  private static JsonObject bucket() {
    return new JsonObject().put("bucket", "links");
  }

  @Test
  void needsTheBucketAlone() {
    S3Settings amazon = read(bucket());

    assertThat(amazon.bucket()).isEqualTo("links");
    assertThat(amazon.region()).isEqualTo(Region.US_EAST_1);
    assertThat(amazon.endpoint()).isNull();
    assertThat(amazon.credentials()).isNull();
    assertThat(amazon.pathStyle()).isFalse();
    assertThat(amazon.checksums()).isTrue();
    assertThat(amazon.partSize()).isEqualTo(8 * 1024 * 1024);
  }

  @Test
  void anEndpointOfItsOwnHasTheBucketInThePath() {
    S3Settings own = read(bucket().put("endpoint", "https://s3.example.com:9000"));

    assertThat(own.endpoint()).isEqualTo(URI.create("https://s3.example.com:9000"));
    assertThat(own.pathStyle()).isTrue();
    assertThat(
            read(bucket().put("endpoint", "http://localhost").put("pathStyle", false)).pathStyle())
        .isFalse();
  }

  @Test
  void takesKeysAndAToken() {
    JsonObject keys = bucket().put("accessKey", "a").put("secretKey", "s");

    assertThat(read(keys).credentials().secretAccessKey()).isEqualTo("s");
    assertThat(read(keys.put("sessionToken", "t")).credentials())
        .isInstanceOfSatisfying(
            AwsSessionCredentials.class, one -> assertThat(one.sessionToken()).isEqualTo("t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                          | s3.bucket: is missing",
        "{bucket:b,endpoint:'localhost:9000'}        | s3.endpoint: must look like http://",
        "{bucket:b,endpoint:'http://a:s3cr3t@host'}  | s3.endpoint: must look like http://",
        "{bucket:b,endpoint:'http://a b'}            | s3.endpoint: must look like http://",
        "{bucket:b,endpoint:'http://h',server:x}     | s3.server: must not be there beside endpoint",
        "{bucket:b,region:'a b'}                     | s3.region: must be a region's name",
        "{bucket:b,accessKey:a}                      | s3.secretKey: is missing beside the other key",
        "{bucket:b,secretKey:s3cr3t}                 | s3.accessKey: is missing beside the other key",
        "{bucket:b,sessionToken:s3cr3t}              | s3.sessionToken: is of no use without",
        "{bucket:b,partSize:1024}                    | s3.partSize: must be from 5242880 to",
        "{bucket:b,idleTimeout:0}                    | s3.idleTimeout: must be more than 0",
        "{bucket:b,maxConnections:0}                 | s3.maxConnections: must be from 1 to",
        "{bucket:b,pathStyle:maybe}                  | s3.pathStyle: must be true or false",
        "{bucket:b,buckte:x}                         | s3.buckte: unknown key; did you mean bucket?",
      },
      quoteCharacter = '`')
  void reportsEachProblem(String hocon, String problem) {
    JsonObject json =
        new JsonObject(
            ConfigFactory.parseString(hocon.replace('\'', '"'))
                .root()
                .render(ConfigRenderOptions.concise()));

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(problem)
        .message()
        .doesNotContain("s3cr3t");
  }
}
