package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.application.NotesApp;
import io.github.vertxlifecycle.application.SignUpApp.Mistake;
import io.github.vertxlifecycle.application.SignUpRounds;
import io.github.vertxlifecycle.event.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Fifty stops at random moments find mistakes of applications, and nothing where there is none. */
@Tag("integration")
final class RandomStopTest {

  private static final Pattern ALONE = Pattern.compile("-Dvertx-lifecycle\\.seed=(\\d+)");

  @AfterEach
  void withoutMistakes() {
    SignUpRounds.mistake = Mistake.NONE;
    System.clearProperty(RandomStopRounds.SEED);
  }

  private static List<Throwable> play(Mistake mistake) {
    SignUpRounds.mistake = mistake;
    return Fixtures.failures(Fixtures.run(SignUpRounds.class));
  }

  @Test
  void findsNothingInAnApplicationWithoutMistakes() {
    assertThat(play(Mistake.NONE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NO_EDGE_TO_CONSUMER         | declare .dependsOn
          NO_EDGE_TO_CLIENT           | declare .dependsOn("mail") on "http"
          NO_EDGE_TO_WHAT_IT_ASKS_FOR | declare .dependsOn
          WRITE_UNTRACKED             | track(…)
          STOP_WITHOUT_END            | complete the future of its onStop
          """)
  void findsAMistakeAndSaysWhatToDo(Mistake mistake, String what) {
    List<Throwable> failures = play(mistake);

    assertThat(failures).hasSize(1); // the others are not played
    assertThat(failures.get(0)).hasMessageContaining(what).hasMessageContaining("round ");
    Matcher seed = ALONE.matcher(failures.get(0).getMessage());
    assertThat(seed.find()).isTrue();
    System.setProperty(RandomStopRounds.SEED, seed.group(1));
    assertThat(Fixtures.run(SignUpRounds.class).testEvents().started().count()).isOne();
  }

  @Test
  void theSameSeedIsTheSameRound() {
    SignUpRounds.mistake = Mistake.NO_EDGE_TO_WHAT_IT_ASKS_FOR; // fails whenever the stop comes
    System.setProperty(RandomStopRounds.SEED, "4711");

    String once = Fixtures.failure(SignUpRounds.class).getMessage();
    String again = Fixtures.failure(SignUpRounds.class).getMessage();

    assertThat(once).startsWith("round 1 of 1, seed 4711, a stop after ");
    assertThat(plan(again)).isEqualTo(plan(once));
  }

  private static String plan(String message) {
    return message.substring(0, message.indexOf(": ", message.indexOf("with the fault: ") + 16));
  }

  @Test
  void aSeedThatIsNoNumberIsNamed() {
    System.setProperty(RandomStopRounds.SEED, "round 7");

    assertThat(Fixtures.failure(SignUpRounds.class))
        .hasMessageContaining("-Dvertx-lifecycle.seed=round 7 is no seed");
  }

  /** Each fault, and what it makes of a clean application. */
  static final class EachFaultCase {
    @RegisterExtension
    final LifecycleExtension app =
        LifecycleExtension.of(NotesApp::new)
            .config("http.linger = 50ms, lifecycle.stopTimeout = 5s");

    @StopAtRandomMoments(rounds = 2, seed = 1, faults = RandomFault.ENDLESS_RELEASE)
    void endless(RandomStop stop) {
      StopResultAssert.assertThat(stop.await())
          .hasOutcome(Outcome.TIMED_OUT)
          .hasExitCode(124)
          .keptItsPromises();
    }

    @StopAtRandomMoments(rounds = 2, seed = 1, faults = RandomFault.FAILING_STEP)
    void failing(RandomStop stop) {
      StopResult result = stop.await();
      StopResultAssert.assertThat(result).hasOutcome(Outcome.FAILED).hasExitCode(70);
      assertThat(stop.await()).isSameAs(result);
    }

    @StopAtRandomMoments(
        rounds = 6,
        seed = 1,
        faults = {
          RandomFault.SLOW_STEP,
          RandomFault.BLOCKED_THREAD,
          RandomFault.SLOW_ANSWERS,
          RandomFault.SECOND_SIGNAL
        })
    void harmless(RandomStop stop) {
      StopResultAssert.assertThat(stop.await()).isClean().hasExitCode(0); // nothing is in flight
    }
  }

  @Test
  void faultsMakeOfAStopWhatTheyShould() {
    EngineExecutionResults played = Fixtures.run(EachFaultCase.class);

    assertThat(Fixtures.failures(played)).isEmpty();
    assertThat(played.testEvents().succeeded().count()).isEqualTo(10);
  }

  private static LifecycleExtension notes() {
    return LifecycleExtension.of(NotesApp::new).config("http.linger = 50ms");
  }

  /** Tests that would show nothing. */
  static final class UselessCase {
    @RegisterExtension final LifecycleExtension app = notes();

    @StopAtRandomMoments(rounds = 1, faults = RandomFault.NONE)
    void waitsForNoStop(RandomStop stop) {
      assertThat(stop.seed()).isPositive();
    }

    @StopAtRandomMoments(rounds = 1, seed = 3, faults = RandomFault.NONE)
    void asksSomebodyElse(RandomStop stop) {
      stop.load(2, n -> n, n -> Future.failedFuture(new IOException("no route to host")));
      stop.await();
    }

    @StopAtRandomMoments(rounds = 1, seed = 3, faults = RandomFault.NONE)
    void asksInVain(RandomStop stop) {
      stop.load(2, n -> n, n -> Promise.promise().future());
      stop.await();
    }

    @StopAtRandomMoments(rounds = 1, seed = 3, faults = RandomFault.NONE)
    void throwsItself(RandomStop stop) {
      stop.load(
          2,
          n -> {
            throw new AssertionError("there is no such item");
          },
          n -> Future.succeededFuture());
      stop.await();
    }

    @StopAtRandomMoments(rounds = 0)
    void hasNoRound(RandomStop stop) {
      stop.await();
    }
  }

  @Test
  void aTestThatShowsNothingFails() {
    assertThat(Fixtures.failures(Fixtures.run(UselessCase.class)))
        .extracting(Throwable::getMessage)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("the test has not waited for the stop")
                    .contains("call await()"))
        .anySatisfy(
            text ->
                assertThat(text).contains("none of 2 requests was acknowledged, so the round has"))
        .anySatisfy(
            text ->
                assertThat(text)
                    .doesNotContain("none of 2 ")
                    .contains("requests was acknowledged, so the round has"))
        .anySatisfy(
            text ->
                assertThat(text).contains("the test's own load threw ", "there is no such item"))
        .anySatisfy(text -> assertThat(text).contains("@StopAtRandomMoments of hasNoRound needs"))
        .hasSize(5);
  }

  /** One application cannot stop once in each round. */
  static final class ForTheClassCase {
    @RegisterExtension static final LifecycleExtension APP = LifecycleExtension.of(NotesApp::new);

    @StopAtRandomMoments(rounds = 1)
    void stops(RandomStop stop) {
      stop.await();
    }
  }

  @Test
  void anApplicationForAClassIsRefused() {
    assertThat(Fixtures.failure(ForTheClassCase.class))
        .hasMessageContaining("put a LifecycleExtension into an instance field, not a static one");
  }

  /** Assumptions that do not hold are no failures. */
  static final class AssumingCase {
    @RegisterExtension final LifecycleExtension app = notes();

    @StopAtRandomMoments(rounds = 3, faults = RandomFault.NONE)
    void assumes(RandomStop stop) {
      Assumptions.assumeTrue(stop.seed() < 0);
      stop.await();
    }
  }

  @Test
  void aRoundThatAssumesSomethingIsNoFailedOne() {
    EngineExecutionResults played = Fixtures.run(AssumingCase.class);

    assertThat(played.testEvents().aborted().count()).isEqualTo(3);
    assertThat(played.testEvents().skipped().count()).isZero();
  }

  /** What was acknowledged, and is not there. */
  static final class ForgetfulCase {
    @RegisterExtension final LifecycleExtension app = notes();

    @StopAtRandomMoments(rounds = 1, seed = 5, faults = RandomFault.NONE)
    void loses(RandomStop stop) {
      StopLoad<Integer> load = stop.load(1, n -> n, n -> Future.succeededFuture());
      stop.await();
      List<Integer> world = new ArrayList<>(load.acknowledged());
      world.remove(0);
      load.requireIn(world);
    }

    @StopAtRandomMoments(rounds = 1, seed = 5, faults = RandomFault.NONE)
    void findsTooMuch(RandomStop stop) {
      StopLoad<Integer> load = stop.load(1, n -> n, n -> Future.succeededFuture());
      stop.await();
      List<Integer> world = new ArrayList<>(load.acknowledged());
      world.add(-1);
      load.requireIn(world);
    }
  }

  @Test
  void whatIsMissingIsNamedWithWhatTheStopSaid() {
    assertThat(Fixtures.failures(Fixtures.run(ForgetfulCase.class)))
        .extracting(Throwable::getMessage)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("were acknowledged and are not there: 0\n")
                    .contains("the stop said CLEAN, exit code 0; ")
                    .contains("track(…)"))
        .anySatisfy(text -> assertThat(text).contains("1 are there and were never sent: -1"))
        .hasSize(2);
  }
}
