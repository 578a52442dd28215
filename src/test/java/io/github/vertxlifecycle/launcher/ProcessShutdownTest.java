package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way to the end, with a JVM that only records it and a watchdog that waits for the test. */
@Timeout(60)
final class ProcessShutdownTest {

  private final BlockingQueue<String> jvm = new LinkedBlockingQueue<>();
  private final List<Duration> alarms = new ArrayList<>();
  private final List<Runnable> watchdogs = new ArrayList<>();
  private final ManualClock clock = new ManualClock();
  private final ProcessShutdown shutdown =
      new ProcessShutdown(
          new JvmExit() {
            @Override
            public void exit(int code) {
              jvm.add("exit " + code);
            }

            @Override
            public void halt(int code) {
              jvm.add("halt " + code);
            }
          },
          new WatchdogTimer() {
            @Override
            public void in(Duration delay, Runnable task) {
              alarms.add(delay);
              watchdogs.add(task);
            }

            @Override
            public long nanos() {
              return clock.nanos();
            }
          });

  /** Says what it was asked; its stop ends when the test lets it. */
  private static final class FakeApplication implements Stoppable {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch mayEnd;
    private final ExitCode code;
    private volatile boolean stoppedByDaemon;
    private volatile Runnable whileReporting = () -> {};

    FakeApplication(ExitCode code, int holds) {
      this.code = code;
      this.mayEnd = new CountDownLatch(holds);
    }

    static FakeApplication thatEnds(ExitCode code) {
      return new FakeApplication(code, 0);
    }

    static FakeApplication thatHangs() {
      return new FakeApplication(ExitCode.OK, 1);
    }

    @Override
    public Duration stopTimeout() {
      return Duration.ofSeconds(25);
    }

    @Override
    public ExitCode stop(StopReason reason) throws InterruptedException {
      stoppedByDaemon = Thread.currentThread().isDaemon();
      heard.add("stop " + reason);
      mayEnd.await();
      return code;
    }

    @Override
    public void escalate(String by) {
      heard.add("escalate by " + by);
    }

    @Override
    public void giveUpThreadsInExit() {
      heard.add("give up threads in exit");
    }

    @Override
    public void report(Integer exitCode) {
      whileReporting.run();
      heard.add("report " + exitCode);
    }

    @Override
    public void lastWords(int exitCode, String why) {
      heard.add("last words " + exitCode);
    }
  }

  private FakeApplication deployed(FakeApplication application) {
    assertThat(shutdown.deploys(application)).isTrue();
    return application;
  }

  private static String next(BlockingQueue<String> queue) throws InterruptedException {
    return queue.poll(60, TimeUnit.SECONDS);
  }

  private static StopReason request() {
    return new StopReason(StopReason.Kind.REQUEST, "request");
  }

  @Test
  void aRefusalEndsWithItsCode() {
    shutdown.refuse(78);

    assertThat(jvm).containsExactly("exit 78");
    assertThat(shutdown.deploys(FakeApplication.thatHangs())).isFalse();
  }

  @Test
  void aSignalBeforeAnythingIsDeployedEndsWithZero() throws InterruptedException {
    shutdown.signalled(StopSignal.TERM);

    assertThat(next(jvm)).isEqualTo("exit 0");
    assertThat(shutdown.deploys(FakeApplication.thatHangs())).isFalse();
    shutdown.refuse(78);
    assertThat(jvm).isEmpty();
  }

  /** With daemons alone the JVM may end by itself, with code 0, before it is given its code. */
  @Test
  void theJvmWaitsForTheCodeOfAStopThatADaemonAskedFor() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatEnds(ExitCode.STOP_FAILED));
    Thread signal = new Thread(() -> shutdown.signalled(StopSignal.TERM));
    signal.setDaemon(true);

    signal.start();

    assertThat(next(jvm)).isEqualTo("exit 70");
    assertThat(application.stoppedByDaemon).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void theProcessEndsWithTheCodeOfTheStop(ExitCode code) throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatEnds(code));

    shutdown.stop(request());

    assertThat(next(jvm)).isEqualTo("exit " + code.number());
    assertThat(application.heard).containsExactly("stop request", "report " + code.number());
  }

  @Test
  void onlyTheFirstRequestStops() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.stop(request());
    shutdown.stop(new StopReason(StopReason.Kind.UNDEPLOY, "another"));
    shutdown.signalled(StopSignal.INT);
    application.mayEnd.countDown();

    assertThat(next(jvm)).isEqualTo("exit 0");
    assertThat(application.heard).containsExactly("stop request", "report 0");
  }

  @ParameterizedTest
  @EnumSource
  void theSecondSignalCutsAndIsTheCode(StopSignal second) throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.TERM);
    assertThat(next(application.heard)).isEqualTo("stop SIGTERM");
    later();
    shutdown.signalled(second);
    application.mayEnd.countDown();

    assertThat(next(jvm)).isEqualTo("exit " + second.exitCode());
    assertThat(application.heard)
        .containsExactly("escalate by a second signal, " + second, "report " + second.exitCode());
  }

  @Test
  void theThirdSignalHaltsWithTheCodeOfTheSecond() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.TERM);
    assertThat(next(application.heard)).isEqualTo("stop SIGTERM");
    later();
    shutdown.signalled(StopSignal.INT);
    later();
    shutdown.signalled(StopSignal.TERM);

    assertThat(jvm).containsExactly("halt 130");
    assertThat(application.heard).contains("last words 130");
  }

  @Test
  void whatComesWithinHalfASecondIsTheSameSignalWhicheverItIs() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.INT);
    assertThat(next(application.heard)).isEqualTo("stop SIGINT");
    shutdown.signalled(StopSignal.INT);
    clock.advance(Duration.ofMillis(30));
    shutdown.signalled(StopSignal.TERM);
    clock.advance(Duration.ofMillis(469));
    shutdown.signalled(StopSignal.HUP);
    assertThat(application.heard).isEmpty();
    application.mayEnd.countDown();

    assertThat(next(jvm)).isEqualTo("exit 0");
    assertThat(application.heard).containsExactly("report 0");
  }

  /**
   * The half second counts from the signal that counted, or a person who keeps on never gets
   * through.
   */
  @Test
  void signalsThatKeepComingForceWithTheFirstAfterHalfASecond() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.INT);
    assertThat(next(application.heard)).isEqualTo("stop SIGINT");
    clock.advance(Duration.ofMillis(300));
    shutdown.signalled(StopSignal.INT);
    clock.advance(Duration.ofMillis(200));
    shutdown.signalled(StopSignal.INT);

    assertThat(application.heard).containsExactly("escalate by a second signal, SIGINT");
  }

  @Test
  void aRepeatedSecondSignalIsNoThird() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.TERM);
    assertThat(next(application.heard)).isEqualTo("stop SIGTERM");
    later();
    shutdown.signalled(StopSignal.TERM);
    clock.advance(Duration.ofMillis(30));
    shutdown.signalled(StopSignal.TERM);
    assertThat(jvm).isEmpty();
    application.mayEnd.countDown();

    assertThat(next(jvm)).isEqualTo("exit 143");
  }

  private void later() {
    clock.advance(Duration.ofMillis(500));
  }

  @Test
  void theWatchdogHaltsWithinASecondAfterTheStopTimeout() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());

    shutdown.stop(request());
    assertThat(next(application.heard)).isEqualTo("stop request");
    assertThat(alarms.get(0)).isBetween(Duration.ofSeconds(25), Duration.ofMillis(25_400));
    watchdogs.get(0).run();

    assertThat(jvm).containsExactly("halt 124");
    assertThat(application.heard).containsExactly("last words 124");
  }

  @Test
  void theWatchdogKeepsTheCodeOfASecondSignal() {
    deployed(FakeApplication.thatHangs());

    shutdown.signalled(StopSignal.TERM);
    later();
    shutdown.signalled(StopSignal.TERM);
    watchdogs.get(0).run();

    assertThat(jvm).containsExactly("halt 143");
  }

  @Test
  void theWatchdogEndsAnExitThatHangsWithTheCodeThatWasDecided() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatEnds(ExitCode.STOP_FAILED));

    shutdown.stop(request());
    assertThat(next(jvm)).isEqualTo("exit 70");
    watchdogs.get(0).run();

    assertThat(jvm).containsExactly("halt 70");
    assertThat(application.heard).doesNotContain("last words 70");
  }

  @Test
  void inAShutdownTheJvmKeepsItsOwnCodeIfAllWentWell() {
    FakeApplication application = deployed(FakeApplication.thatEnds(ExitCode.OK));

    shutdown.jvmShutsDown();
    watchdogs.get(0).run();

    assertThat(jvm).isEmpty();
    assertThat(application.heard)
        .filteredOn(heard -> !heard.startsWith("give up"))
        .containsExactly("stop the JVM shuts down", "report null");
  }

  @Test
  void inAShutdownThreadsThatNeverComeBackAreGivenUp() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());
    Thread hook = new Thread(shutdown::jvmShutsDown);

    hook.start();
    assertThat(heardOf(application, "give up threads in exit")).isTrue();
    assertThat(heardOf(application, "give up threads in exit")).isTrue();
    application.mayEnd.countDown();
    hook.join();

    assertThat(jvm).isEmpty();
  }

  @Test
  void aShutdownThatBeginsDuringAStopMakesItsCodeUnknown() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatHangs());
    Thread hook = new Thread(shutdown::jvmShutsDown);

    shutdown.signalled(StopSignal.TERM);
    assertThat(next(application.heard)).isEqualTo("stop SIGTERM");
    hook.start();
    assertThat(next(application.heard)).isEqualTo("give up threads in exit");
    application.mayEnd.countDown();
    hook.join();

    assertThat(application.heard).endsWith("report null");
    assertThat(jvm).isEmpty();
  }

  @Test
  void aCodeThatWasReportedStaysWhoeverCallsExitThen() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatEnds(ExitCode.OK));
    Thread hook = new Thread(shutdown::jvmShutsDown);
    application.whileReporting =
        () -> {
          hook.start();
          assertThat(heardOf(application, "give up threads in exit")).isTrue();
        };

    shutdown.signalled(StopSignal.TERM);
    assertThat(next(jvm)).isEqualTo("halt 0");
    hook.join();

    assertThat(application.heard).endsWith("report 0");
    assertThat(jvm).isEmpty();
  }

  private static boolean heardOf(FakeApplication application, String what) {
    try {
      String heard = next(application.heard);
      while (heard != null && !heard.equals(what)) {
        heard = next(application.heard);
      }
      return heard != null;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReportThatFailsDoesNotKeepTheProcess() throws InterruptedException {
    FakeApplication application = deployed(FakeApplication.thatEnds(ExitCode.STOP_FAILED));
    application.whileReporting =
        () -> {
          throw new NoClassDefFoundError("some/Report");
        };

    shutdown.stop(request());

    assertThat(next(jvm)).isEqualTo("exit 70");
  }

  @Test
  void aRefusalEndsThoughAForeignHookDoesNot() {
    shutdown.refuse(69);
    watchdogs.get(0).run();

    assertThat(jvm).containsExactly("exit 69", "halt 69");
  }

  @ParameterizedTest
  @EnumSource(names = {"STOP_FAILED", "TIMED_OUT"})
  void inAShutdownABadStopWins(ExitCode code) {
    deployed(FakeApplication.thatEnds(code));

    shutdown.jvmShutsDown();

    assertThat(jvm).containsExactly("halt " + code.number());
  }

  @Test
  void theShutdownThatItBeganItselfIsNotHeldUp() throws InterruptedException {
    deployed(FakeApplication.thatEnds(ExitCode.TIMED_OUT));

    shutdown.stop(request());
    assertThat(next(jvm)).isEqualTo("exit 124");
    shutdown.jvmShutsDown();

    assertThat(jvm).isEmpty();
  }
}
