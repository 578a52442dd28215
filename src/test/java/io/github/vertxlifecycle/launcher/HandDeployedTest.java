package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is deployed by hand beside the components is stopped, counted and named as they are. */
@Tag("integration")
final class HandDeployedTest {

  private static final String NAME = "ScriptedVerticle (deployed by hand)";

  /** Signals within half a second are one. */
  private static final Duration ANOTHER_SIGNAL = Duration.ofMillis(700);

  @TempDir Path dir;

  private AppProcess start(String byHand) {
    return AppProcess.start(
        "{lifecycle { stopTimeout = 20s, reportFile = \"%s\" }, script { a { byHand { %s } } }}"
            .formatted(file(), byHand));
  }

  /** What is deployed by hand says that it has started, too. */
  private static AppProcess started(AppProcess app) {
    return app.says("a: started in");
  }

  private Path file() {
    return dir.resolve("report.json");
  }

  private JsonObject report() throws IOException {
    return new JsonObject(Files.readString(file()));
  }

  private List<JsonObject> components() throws IOException {
    JsonArray all = report().getJsonArray("components");
    return all.stream().map(JsonObject.class::cast).toList();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "stop = well, 0, CLEAN, \"outcome\"",
        "stop = fail, 70, FAILED, \"stop fails\"",
        "drain = throw, 70, FAILED, \"drain throws\"",
        "work = untilDrained, 0, CLEAN, \"nightly batch\"",
        "\"work = never, config.drainTimeout = 200ms\", 124, CUT, \"endless work\"",
        "\"stop = never, config.stopTimeout = 2s\", 124, TIMED_OUT, \"releaseTimeout\""
      })
  void endsAfterTheComponentsAndCountsAsTheyDo(String deed, int code, String outcome, String text)
      throws IOException, InterruptedException {
    try (AppProcess app = start(deed)) {
      AppProcess.Ended ended = started(app).signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
      assertThat(ended.out())
          .containsSubsequence("a: stop\n", "hand: drain\n")
          .contains("Stopped (SIGTERM): " + outcome);
    }
    assertThat(report().getString("outcome")).isEqualTo(outcome);
    assertThat(report().encode()).contains(text);
    assertThat(components()).extracting(one -> one.getString("name")).containsExactly("a", NAME);
    assertThat(components().get(1).getString("outcome")).isEqualTo(outcome);
  }

  @Test
  void itsWorkIsCutWithTheTimeOfTheApplication() throws IOException, InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle { stopTimeout = 12s, reportFile = \"%s\" }, script { a { byHand { work = never } } }}"
                .formatted(file()))) {
      AppProcess.Ended ended = started(app).signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out())
          .contains(NAME + ": cut endless work")
          .contains("hand: stop\n")
          .doesNotContain("at most 25 s"); // what it would have alone
    }
    assertThat(components().get(1).getString("outcome")).isEqualTo("CUT");
  }

  @Test
  void aSecondSignalEndsItsDrain() throws InterruptedException {
    try (AppProcess app = start("work = never")) {
      started(app).signal(StopSignal.TERM).says("hand: drain").runsFor(ANOTHER_SIGNAL);
      AppProcess.Ended ended = app.signal(StopSignal.INT).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(130);
      assertThat(ended.out()).contains(NAME + ": cut endless work");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"giveUp", "giveUpLater"})
  void whatCannotGoOnAmongThemStopsTheApplication(String work)
      throws IOException, InterruptedException {
    try (AppProcess app = start("work = " + work)) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(75);
      assertThat(ended.out()).contains("the lease is lost").contains("a: stop\n", "hand: stop\n");
    }
    assertThat(report().getString("reason")).contains(NAME).contains("the lease is lost");
  }

  @ParameterizedTest
  @CsvSource({"work = none, 0", "stop = fail, 70", "work = never, 124"})
  void whatEndedBeforeTheStopCountsUnlessItEndedClean(String deed, int code)
      throws IOException, InterruptedException {
    try (AppProcess app = start("undeploy = true, config.drainTimeout = 200ms, " + deed)) {
      AppProcess.Ended ended = started(app).signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    }
    assertThat(components()).hasSize(code == 0 ? 1 : 2);
  }

  @ParameterizedTest
  @CsvSource({"stop = fail, 70, FAILED", "work = giveUpLater, 75, CLEAN"})
  void aSecondRootIsOneOfThem(String deed, int code, String outcome)
      throws IOException, InterruptedException {
    try (AppProcess app = start("root = true, config.script.b { %s }".formatted(deed))) {
      AppProcess.Ended ended =
          code == 75 ? app.ends() : started(app).signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
      assertThat(ended.out()).containsSubsequence("a: stop\n", "b: stop\n");
    }
    assertThat(components())
        .extracting(one -> one.getString("name") + " " + one.getString("outcome"))
        .containsExactly("a CLEAN", "ScriptedApp/b (deployed by hand) " + outcome);
  }

  @Test
  void aCloseOfVertxStopsItToo() throws IOException, InterruptedException {
    try (AppProcess app = start("work = close")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(0);
      assertThat(ended.out()).containsOnlyOnce("hand: stop\n");
    }
    assertThat(components()).extracting(one -> one.getString("name")).containsExactly("a", NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"drain", "stop"})
  void oneThatIsLostWithTheThreadOfASystemExitIsNotWaitedFor(String step)
      throws InterruptedException {
    try (AppProcess app = start(step + " = exitHere")) {
      AppProcess.Ended ended = started(app).signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .contains(NAME + " FAILED: System.exit was called")
          .contains("a: stop\n");
    }
  }
}
