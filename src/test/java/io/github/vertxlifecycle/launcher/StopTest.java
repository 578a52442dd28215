package io.github.vertxlifecycle.launcher;

import static io.github.vertxlifecycle.launcher.StopSignal.INT;
import static io.github.vertxlifecycle.launcher.StopSignal.TERM;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a whole process starts and stops, and what it ends with. */
@Tag("integration")
final class StopTest {

  /** For a machine that is very busy. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  /** A signal that comes sooner after another is the same. */
  private static final Duration ANOTHER_SIGNAL = Duration.ofMillis(600);

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource
  void aSignalStopsDependentsFirstAndEndsWithZero(StopSignal signal) throws InterruptedException {
    try (AppProcess app = AppProcess.start("{script { b { dependsOn = [a] }, a {} }}")) {
      AppProcess.Ended ended = app.started().signal(signal).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .containsSubsequence("a: start", "b: start", "b: stop\n", "a: stop\n")
          .contains("Stopped (" + signal + "): CLEAN")
          .contains("critical path: b → a");
      assertThat(ended.err()).isEmpty();
    }
  }

  @Test
  void theReportFileHoldsTheReportAsJson() throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    try (AppProcess app = AppProcess.start("{lifecycle { reportFile = \"%s\" }}".formatted(file))) {
      app.started().signal(TERM).ends();
    }
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getString("reason")).isEqualTo("SIGTERM");
    assertThat(report.getInteger("exitCode")).isZero();
    assertThat(report.getString("outcome")).isEqualTo("CLEAN");
    assertThat(dir).isDirectoryNotContaining("glob:**report.json.*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "fail", "nothing", "never"})
  void aFailedStartIsRolledBackAndEndsWith69(String deed) throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], start = %s } }, b { startTimeout = 500ms, releaseTimeout = 500ms }}"
                .formatted(deed))) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertThat(ended.out())
          .contains("component \"b\" did not start")
          .contains("a: stop\n")
          .containsPattern("b +FAILED")
          .contains("Stopped (start of \"b\" failed): ")
          .contains("exit code 69")
          .doesNotContain("CLEAN");
    }
  }

  @Test
  void aFailedStartThatCutWorkEndsWith69AndNamesTheWork() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a { work = never }, b { dependsOn = [a], start = fail } }, a.drainTimeout = 200ms}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertThat(ended.out())
          .contains("Stopped (start of \"b\" failed): CUT")
          .contains("exit code 69")
          .contains("a: cut endless work");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"giveUp", "giveUpLater"})
  void aComponentThatCannotGoOnStopsAllInOrderAndEndsWith75(String work)
      throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle { reportFile = \"%s\" }, script { a {}, b { dependsOn = [a], work = %s } }}"
                .formatted(file, work))) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(75);
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n")
          .contains("b: cannot go on, so everything stops")
          .contains("the lease is lost")
          .containsPattern("exit code\\s+75");
    }
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getString("reason"))
        .isEqualTo("\"b\" failed: java.lang.IllegalStateException: the lease is lost");
    assertThat(report.getInteger("exitCode")).isEqualTo(75);
  }

  @Test
  void aComponentThatCannotGoOnWhileASignalStopsItIsReportedAndEndsWith75()
      throws InterruptedException {
    try (AppProcess app = AppProcess.start("{script { a { drain = giveUp } }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(75);
      assertThat(ended.out()).contains("Stopped (SIGTERM; \"a\" failed:").contains("a: stop\n");
    }
  }

  @Test
  void lostWorkIsWorseThanAComponentThatCannotGoOn() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a { work = never, drain = giveUp } }, a { drainTimeout = 200ms }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out()).contains("the lease is lost").contains("cut endless work");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"throw", "fail", "nothing"})
  void aFailedStopLetsTheOthersStopAndEndsWith70(String deed) throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], stop = %s } }}".formatted(deed))) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(70);
      assertThat(ended.out()).containsSubsequence("b: stop\n", "a: stop\n", "exit code 70");
    }
  }

  @Test
  void aStopThatNeverEndsLetsTheOthersStopAndEndsWith124() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle.stopTimeout = 12s, script { a {}, b { dependsOn = [a], stop = never } },"
                + " b.releaseTimeout = 500ms}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n", "exit code 124")
          .containsPattern(
              "b TIMED_OUT: its release did not end in time \\([^)]+\\);"
                  + " raise lifecycle.stopTimeout or b.releaseTimeout");
    }
  }

  @Test
  void aStopThatTakesLongerThanItsReserveIsClean() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], stop = slow } }, b.releaseTimeout = 50ms}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).containsSubsequence("b: stop\n", "a: stop\n", ": CLEAN in");
    }
  }

  @Test
  void aDrainThatNeverEndsIsNamedAndNothingIsStoppedBesideIt() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], drain = never } },"
                + " b { drainTimeout = 500ms, releaseTimeout = 500ms }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out())
          .containsSubsequence("b: drain\n", "a: stop\n", "Stopped (SIGTERM): CUT")
          .contains("b: cut onDrain")
          .doesNotContain("b: stop\n");
    }
  }

  @Test
  void aDrainWhoseThreadIsBusyAtItsDeadlineIsNamedAndStillComesBeforeTheStop()
      throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], work = busy, drain = slow } },"
                + " b { drainTimeout = 200ms, releaseTimeout = 200ms }}")) {
      AppProcess.Ended ended = app.says("busy").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out())
          .containsSubsequence(
              "idle\n", "b: drain\n", "b: stop\n", "a: stop\n", "Stopped (SIGTERM): CUT")
          .contains("b: cut onDrain");
    }
  }

  @Test
  void aSignalDuringTheStartWaitsForWhatItHasBegun() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], start = migrate } }, b.releaseTimeout = 200ms}")) {
      AppProcess.Ended ended = app.says("b: start").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).containsSubsequence("b: migrated\n", "b: stop\n", "a: stop\n");
    }
  }

  @Test
  void whatAStartHasBegunIsNamedIfItIsCutAndEndsWith124() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle.stopTimeout = 12s, b.releaseTimeout = 200ms,"
                + " script { a {}, b { dependsOn = [a], start = migrateForEver } }}")) {
      AppProcess.Ended ended = app.says("b: start").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out())
          .containsSubsequence("a: stop\n", "Stopped (SIGTERM): CUT", "b: cut migration V7")
          .doesNotContain("b: stop\n");
    }
  }

  @Test
  void workThatIsCutIsNamedAndEndsWith124() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle.stopTimeout = 2s, a.releaseTimeout = 1s, script { a { work = never } }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out()).contains("a: cut endless work");
    }
  }

  @Test
  void aSignalDuringTheStartRollsBackAndEndsWithZero() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], start = slow } }}")) {
      AppProcess.Ended ended = app.says("b: start").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n")
          .contains("the start was abandoned: SIGTERM")
          .doesNotContain("Started in");
    }
  }

  @Test
  void aSecondSignalCutsAndIsTheExitCode() throws InterruptedException {
    for (StopSignal second : StopSignal.values()) {
      try (AppProcess app = AppProcess.start("{script { a {}, b { work = never } }}")) {
        app.started().signal(TERM).says("Stopping: SIGTERM").runsFor(ANOTHER_SIGNAL);
        AppProcess.Ended ended = app.signal(second).ends();

        assertThat(ended.code()).as(ended.toString()).isEqualTo(second.exitCode());
        assertThat(ended.out())
            .contains("Ending all drains at once: a second signal, " + second)
            .contains("b: cut endless work")
            .contains("a: stop\n")
            .contains("exit code " + second.exitCode());
      }
    }
  }

  @Test
  void aThirdSignalEndsAtOnceWithTheCodeOfTheSecond() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle { stopTimeout = 600s, console = on },"
                + " script { a { work = never, stop = never } },"
                + " a.releaseTimeout = 300s}")) {
      app.started().signal(TERM).says("Stopping: SIGTERM").runsFor(ANOTHER_SIGNAL);
      app.signal(INT).says("a: stop\n").runsFor(ANOTHER_SIGNAL);
      AppProcess.Ended ended = app.signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(130);
      assertThat(ended.err()).contains("Ending now: a third signal, SIGTERM");
      assertThat(ended.out()).contains("a          TIMED_OUT").contains("exit code 130");
    }
  }

  @Test
  void twoSignalsAtOnceAreOneStop() throws InterruptedException {
    try (AppProcess app = AppProcess.start("{script { a {} }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).signal(INT).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).containsOnlyOnce("a: stop\n").containsOnlyOnce("Stopped (");
    }
  }

  @Test
  void systemExitStopsInOrderAndKeepsItsCode() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], work = exit } }}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n", "Stopped (the JVM shuts down): CLEAN")
          .doesNotContain("exit code");
    }
  }

  @Test
  void theReportOfASystemExitNamesNoCode() throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle { reportFile = \"%s\" }, script { a { work = exit } }}".formatted(file))) {
      assertThat(app.ends().code()).isEqualTo(3);
    }

    JsonObject report = new JsonObject(Files.readString(file));
    assertThat(report.getString("outcome")).isEqualTo("CLEAN");
    assertThat(report.containsKey("exitCode")).isFalse();
  }

  @Test
  void systemExitIsNotHeededIfWorkIsLost() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle.stopTimeout = 12s, script { a { stop = never }, b { dependsOn = [a], work = exit } },"
                + " a.releaseTimeout = 500ms}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out()).contains("b: stop\n");
    }
  }

  @Test
  void systemExitOnAnEventLoopStopsWhatItCanAndSaysWhatItCannot() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], work = exitHere } }}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .containsPattern("b FAILED: System.exit was called on vert.x-eventloop-thread-\\d")
          .contains("a: stop\n")
          .doesNotContain("b: stop\n", "exit code");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exitInWorker", "trackedExitInWorker"})
  void systemExitOnAWorkerThreadStopsTheOthers(String deed) throws InterruptedException {
    boolean tracked = deed.startsWith("tracked");
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], work = %s } }}".formatted(deed))) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .containsPattern(
              "b %s: System.exit was called on vert.x-worker-thread-\\d"
                  .formatted(tracked ? "CUT" : "FAILED"))
          .contains("a: stop\n");
      assertThat(ended.out().contains("b: cut a batch")).isEqualTo(tracked);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "drain", "stop"})
  void systemExitInAStepStopsTheOthers(String step) throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], %s = exitHere } }}".formatted(step))) {
      if (!step.equals("start")) {
        app.started().signal(TERM);
      }
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .containsPattern("b FAILED: System.exit was called on vert.x-eventloop-thread-\\d")
          .contains("a: stop\n")
          .doesNotContain("exit code");
    }
  }

  /** The build leaves this one out on an older JDK. */
  @Tag("jdk21")
  @ParameterizedTest
  @ValueSource(strings = {"start = exitHere", "work = exitHere", "work = exitInWorker"})
  void systemExitOnAVirtualThreadStopsTheOthers(String deed) throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{script { a {}, b { dependsOn = [a], threads = VIRTUAL_THREAD, %s } }}"
                .formatted(deed))) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out()).contains("b FAILED: System.exit was called on").contains("a: stop\n");
    }
  }

  @Test
  void systemExitInAChildOfAComponentStopsTheOthers() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .launch(
                "-options",
                "{eventLoopPoolSize = 8}",
                "-conf",
                "{script { a {}, b { dependsOn = [a], work = childExits } }}",
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out()).contains("b FAILED: System.exit was called").contains("a: stop\n");
    }
  }

  @Test
  void systemExitInALifecycleVerticleOfAComponentIsNotWaitedFor() throws InterruptedException {
    isNotWaitedFor("{eventLoopPoolSize = 8}", "workerChildExits");
  }

  @Test
  void systemExitOnTheOnlyEventLoopIsNotWaitedFor() throws InterruptedException {
    isNotWaitedFor("{eventLoopPoolSize = 1}", "exitHere");
  }

  /** The time for the stop is longer than a test waits for a process. */
  private static void isNotWaitedFor(String options, String work) throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .launch(
                "-options",
                options,
                "-conf",
                "{lifecycle.stopTimeout = 300s, script { a {}, b { dependsOn = [a], work = %s } }}"
                    .formatted(work),
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out()) // whoever hears of the lost thread first
          .containsPattern("b FAILED: (\"b/ExitingChild\": )?System.exit was called");
    }
  }

  /** The log of an application that has a configuration of its own for it. */
  @ParameterizedTest
  @ValueSource(strings = {"work = exitHere", "work = childExits", "stop = block"})
  void aCloseOfVertxBlamesNobodyForAnUndeployUnderWay(String deed) throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .jvm("-Dlogback.configurationFile=all.xml")
            .launch(
                "-options",
                "{eventLoopPoolSize = 8}", // so that the close goes on beside what is lost
                "-conf",
                ("{lifecycle.stopTimeout = 4s, a.releaseTimeout = 1s, b.releaseTimeout = 1s,"
                        + " script { a {}, b { dependsOn = [a], %s } }}")
                    .formatted(deed),
                ScriptedApp.class.getName())) {
      if (deed.startsWith("stop")) {
        app.started().signal(TERM);
      }
      AppProcess.Ended ended = app.ends();

      assertThat(ended.out())
          .contains("The close of Vert.x has not ended", "Still busy")
          .doesNotContain("Undeploy failed");
    }
  }

  /** The first instance of each component is made before anything is deployed. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 2", "2, 3", "3, 8"})
  void systemExitInASupplierIsNotWaitedFor(int instance, int loops) throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .launch(
                "-options",
                "{eventLoopPoolSize = %s}".formatted(loops),
                "-conf",
                ("{lifecycle.stopTimeout = 300s, script { a {}, c { start = slow }, d { start = slow },"
                        + " b { dependsOn = [a], instances = %s, exitInSupplier = %s } }}")
                    .formatted(instance, instance),
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .contains(
              instance == 1 ? "nothing had been started" : "b FAILED: System.exit was called on")
          .doesNotContain("exit code", "CUT", "TIMED_OUT");
    }
  }

  /** The second of them tells the JVM nothing: it waits for the end that has begun. */
  @Test
  void systemExitOnTwoThreadsOfVertxStopsTheOthers() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .launch(
                "-options",
                "{eventLoopPoolSize = 8}", // else two components may be on one event loop
                "-conf",
                "{lifecycle.stopTimeout = 60s, script { a {}, b { dependsOn = [a], stop = exitHere },"
                    + " c { dependsOn = [b], work = exitHere } }}",
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out())
          .contains("b FAILED: System.exit was called", "c FAILED: System.exit was called")
          .contains("a: stop\n");
    }
  }

  @Test
  void systemExitDuringAStopJoinsIt() throws InterruptedException {
    try (AppProcess app = AppProcess.start("{script { a { drain = exit } }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isIn(0, 3);
      assertThat(ended.out()).containsOnlyOnce("a: stop\n").containsOnlyOnce("Stopped (");
    }
  }

  @Test
  void aHangUpThatWasIgnoredWhenTheProcessBeganStaysIgnored() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .ignoring("HUP")
            .launch("-conf", "{script { a {} }}", ScriptedApp.class.getName())) {
      app.started().kill("HUP").runsFor(ANOTHER_SIGNAL);
      AppProcess.Ended ended = app.signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("Stopped (SIGTERM): CLEAN").doesNotContain("SIGHUP");
    }
  }

  @Test
  void closingVertxEndsTheProcess() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{script { a {}, b { dependsOn = [a], work = close } }}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n", "Stopped (Vertx.close())");
    }
  }

  @Test
  void aBlockedEventLoopDoesNotKeepTheProcess() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle.stopTimeout = 2s, a.releaseTimeout = 1s, script { a { work = block } }}")) {
      AppProcess.Ended ended = app.says("blocked").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.out() + ended.err())
          .containsPattern("vert.x-eventloop-thread-\\d+ is WAITING")
          .contains("ScriptedVerticle.block")
          // or the words of the watchdog, which on a busy machine is not always second
          .containsPattern("(a TIMED_OUT: |TIMED_OUT in .*; a: )its release did not end in time");
      assertThat(ended.took()).isLessThan(Duration.ofSeconds(3).plus(SLACK));
    }
  }

  @Test
  void theWatchdogEndsAProcessWhoseOutputNobodyReads() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .nobodyReadsOut()
            .launch(
                "-conf",
                "{lifecycle.stopTimeout = 2s, a.releaseTimeout = 1s, script { a { work = chatter } }}",
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.complains("chatter").signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(ended.err()).contains("Ending now: it has not stopped within 2 s");
      assertThat(ended.took()).isLessThan(Duration.ofSeconds(3).plus(SLACK));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chatter", "logFlood"})
  void aStopDoesNotNeedAReader(String flood) throws IOException, InterruptedException {
    Path report = dir.resolve("report.json");
    Path said = dir.resolve("said");
    try (AppProcess app =
        new AppProcess.Command()
            .nobodyReadsOut()
            .launch(
                "-conf",
                "{lifecycle { stopTimeout = 60s, reportFile = \"%s\" }, script { a { file = \"%s\" }, b { dependsOn = [a], file = \"%s\", work = %s } }}"
                    .formatted(report, said, said, flood),
                ScriptedApp.class.getName())) {
      AppProcess.Ended ended =
          app.complains("chatter").runsFor(Duration.ofSeconds(1)).signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(Files.readString(said)).endsWith("b: drain\nb: stop\na: drain\na: stop\n");
      assertThat(new JsonObject(Files.readString(report)).getString("reason")).isEqualTo("SIGTERM");
      assertThat(ended.err()).contains("Nobody reads the log", "Stopped (SIGTERM): CLEAN");
      assertThat(ended.took()).isLessThan(Duration.ofSeconds(5).plus(SLACK));
    }
  }

  @Test
  void aListenerThatBlocksHoldsUpNothing() throws InterruptedException {
    try (AppProcess app =
        AppProcess.start("{listenerBlocks = true, script { a {}, b { dependsOn = [a] } }}")) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .containsSubsequence("b: stop\n", "a: stop\n")
          .containsSubsequence("Stopping: SIGTERM", "b: stopped in", "a: stopped in", "Stopped in")
          .contains("Stopped (SIGTERM): CLEAN");
    }
  }

  @Test
  void aSignalAtAnyMomentOfTheStartIsAnOrderlyEnd() throws InterruptedException {
    for (int millis : new int[] {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 250, 400, 700}) {
      try (AppProcess app = AppProcess.start("{script { a {}, b { dependsOn = [a] } }}")) {
        AppProcess.Ended ended = app.runsFor(Duration.ofMillis(millis)).signal(TERM).ends();

        if (ended.out().startsWith("Error occurred during initialization of VM")) {
          continue; // JDK 25's own end, if the signal meets it before any code of ours
        }
        assertThat(ended.code()).as(millis + " ms: " + ended).isIn(0, 143);
        if (ended.code() == 0) {
          assertThat(ended.out()).contains("Stopped (SIGTERM)").contains("exit code 0");
        }
      }
    }
  }

  @Test
  void withoutSignalsOfItsOwnTheJvmIsEndedByTheSystem() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .jvm("-Xrs")
            .launch("-conf", "{script { a {} }}", ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(143);
      assertThat(ended.out()).containsOnlyOnce("-Xrs").doesNotContain("a: stop\n");
    }
  }

  @Test
  void withoutSignalsOfItsOwnSystemExitStillStopsInOrder() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .jvm("-Xrs")
            .launch("-conf", "{script { a { work = exit } }}", ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(ended.out()).contains("a: stop\n");
    }
  }

  @Test
  void oneLineRunsAnApplication() throws InterruptedException {
    try (AppProcess app = new AppProcess.Command().mainClass(OneLine.class).launch()) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("only: stop\n");
    }
  }

  @Test
  void aPlainVerticleIsTheOnlyComponentAndSeesTheWholeConfiguration() throws InterruptedException {
    try (AppProcess app =
        new AppProcess.Command()
            .launch("-conf", "{port = 7}", "-instances", "2", PlainVerticle.class.getName())) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out().lines().filter("plain on 7"::equals)).hasSize(2);
      assertThat(ended.out()).contains("plain: stopped");
    }
  }

  @Test
  void vertxLogsThroughSlf4j() throws InterruptedException {
    try (AppProcess app = AppProcess.start("{script { a { work = block } }}")) {
      app.says("WARN  i.v.c.i.BlockedThreadChecker - ");
    }
  }
}
