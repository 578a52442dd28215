package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of the process, whoever asks for it: a signal, {@code System.exit}, a failed start, the
 * application itself. The first one begins the stop, the others join it.
 *
 * <pre>
 *    PREPARING ──▶ DEPLOYED        nothing is deployed ─▶ from here on there is something to stop
 *     │     │         │
 *     │     └────▶ STOPPING        asked to stop; the watchdog runs
 *     ▼               ▼
 *    ENDED ◀─────────────          the exit code is decided
 * </pre>
 *
 * <p>A second signal ends all drains and becomes the exit code; a third ends the process. Signals
 * that come within half a second of one that counted are that signal: process managers repeat
 * theirs, and a person takes longer. A second after the stop should have been over the watchdog
 * ends it, too, whatever is blocked. In a shutdown hook nobody may call {@code System.exit}; there
 * the JVM goes on with the code it was given, which nobody but the caller of {@code System.exit}
 * knows, or is halted with a worse one. A code that a report has named is the code of the process.
 *
 * <p>Loads nothing of Vert.x and no logging: it is in place before they are. No foreign code runs
 * under its lock.
 */
final class ProcessShutdown {

  private enum ShutdownState {
    PREPARING,
    DEPLOYED,
    STOPPING,
    ENDED
  }

  /**
   * A second less what comes after it: a fifth for the last words, and three tenths that the JVM
   * waits for threads in system calls.
   */
  private static final Duration GRACE = Duration.ofMillis(400);

  /** The time within which a signal repeats the one before it. */
  private static final Duration SAME_SIGNAL = Duration.ofMillis(500);

  /** How often to look for threads that have called {@code System.exit}: the JVM tells nobody. */
  private static final long LOOK_EVERY_MILLIS = 100;

  private static final Duration NOTHING_TO_STOP = Duration.ofSeconds(5);

  private final JvmExit jvm;
  private final WatchdogTimer watchdog;
  private final CountDownLatch over = new CountDownLatch(1);

  private final Object lock = new Object();
  private ShutdownState state = ShutdownState.PREPARING; // lock
  private @Nullable Stoppable deployed; // lock
  private int signals; // lock; without repetitions
  private long lastSignal; // lock; nanoseconds of the watchdog's clock
  private @Nullable Integer forced; // lock; the code of the second signal
  private boolean concluded; // lock; nothing changes the code any more
  private @Nullable Integer decided; // lock; null once concluded: that of System.exit
  private boolean jvmShutsDown; // lock
  private volatile @Nullable Runnable onHangUp;

  ProcessShutdown(JvmExit jvm, WatchdogTimer watchdog) {
    this.jvm = jvm;
    this.watchdog = watchdog;
  }

  /** The one place where the state changes. */
  private boolean transition(ShutdownState from, ShutdownState to) {
    synchronized (lock) {
      if (state != from) {
        return false;
      }
      state = to;
      return true;
    }
  }

  /**
   * Something is about to be deployed.
   *
   * @return false if the end has begun: nothing must be deployed any more
   */
  boolean deploys(Stoppable application) {
    synchronized (lock) {
      if (!transition(ShutdownState.PREPARING, ShutdownState.DEPLOYED)) {
        return false;
      }
      deployed = application;
      return true;
    }
  }

  /** Ends the process before anything was deployed, unless its end has begun already. */
  void refuse(int exitCode) {
    if (transition(ShutdownState.PREPARING, ShutdownState.ENDED)) {
      decide(exitCode);
      over.countDown();
      watchdog.in(NOTHING_TO_STOP, () -> jvm.halt(exitCode)); // a foreign hook may never end
      jvm.exit(exitCode);
    }
  }

  /** Begins the stop and then ends the process; without effect if that has begun. */
  void stop(StopReason reason) {
    Stoppable application;
    synchronized (lock) {
      if (!transition(ShutdownState.DEPLOYED, ShutdownState.STOPPING)
          && !transition(ShutdownState.PREPARING, ShutdownState.STOPPING)) {
        return;
      }
      application = deployed;
    }
    Duration limit = application == null ? NOTHING_TO_STOP : application.stopTimeout();
    watchdog.in(limit.plus(GRACE), () -> timeIsUp(limit));
    Thread thread = new Thread(() -> end(application, reason), "lifecycle-stop");
    // A signal's thread is a daemon. With daemons alone the JVM would end by itself, with code 0,
    // as
    // soon as nobody awaits this any more, and might do so before this thread asks for its own
    // code.
    thread.setDaemon(false);
    thread.start();
  }

  private void end(@Nullable Stoppable application, StopReason reason) {
    try {
      if (application == null) {
        Integer code = decide(ExitCode.OK.number());
        Output.print(
            "Stopped (%s): nothing had been started%s\n"
                .formatted(reason, code == null ? "" : ", exit code " + code));
      } else {
        application.report(decide(stopped(application, reason).number()));
      }
    } catch (RuntimeException | Error e) {
      decide(ExitCode.STOP_FAILED.number()); // without effect if only the report is lost
      Output.complain("The end of the process is not reported: " + FailureText.string(e) + '\n');
    }
    boolean inHook;
    synchronized (lock) {
      transition(ShutdownState.STOPPING, ShutdownState.ENDED);
      inHook = jvmShutsDown;
    }
    over.countDown();
    if (!inHook) {
      jvm.exit(decided(ExitCode.OK.number()));
    }
  }

  private static ExitCode stopped(Stoppable application, StopReason reason) {
    try {
      return application.stop(reason);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.TIMED_OUT;
    }
  }

  /**
   * Gives SIGHUP another meaning than to stop.
   *
   * @param task is run on a thread of its own each time
   */
  void onHangUp(Runnable task) {
    onHangUp = task;
  }

  /** A signal has come. The first stops, the second cuts, the third kills. */
  void signalled(StopSignal signal) {
    Runnable other = signal == StopSignal.HUP ? onHangUp : null;
    if (other != null) {
      other.run();
      return;
    }
    int count;
    Stoppable application;
    synchronized (lock) {
      long now = watchdog.nanos();
      if (signals > 0 && now - lastSignal < SAME_SIGNAL.toNanos()) {
        return;
      }
      lastSignal = now;
      count = ++signals;
      application = deployed;
      if (count == 2 && !concluded) {
        forced = signal.exitCode();
      }
    }
    switch (count) {
      case 1 -> stop(new StopReason(StopReason.Kind.SIGNAL, signal.toString()));
      case 2 -> {
        if (application != null) {
          application.escalate("a second signal, " + signal);
        }
      }
      default -> halt(signal.exitCode(), "a third signal, " + signal);
    }
  }

  /**
   * The JVM shuts down: stops in order first. To be run in a shutdown hook; returns when the JVM
   * may go on.
   */
  void jvmShutsDown() {
    synchronized (lock) {
      if (state == ShutdownState.ENDED) {
        return; // it is we who end it
      }
      jvmShutsDown = true;
    }
    stop(new StopReason(StopReason.Kind.REQUEST, "the JVM shuts down"));
    do {
      giveUpThreadsInExit();
    } while (!isOverSoon());
    Integer code;
    synchronized (lock) {
      code = decided;
    }
    if (code != null) {
      jvm.halt(code); // worse than the code of System.exit, or told before that was called
    }
  }

  /** They never come back, and a thread may join them at any time. */
  private void giveUpThreadsInExit() {
    Stoppable application;
    synchronized (lock) {
      application = deployed;
    }
    if (application != null) {
      try {
        application.giveUpThreadsInExit();
      } catch (RuntimeException | Error e) {
        // the stop goes on, and waits for them; without this hook it would not
      }
    }
  }

  private boolean isOverSoon() {
    try {
      return over.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false; // only the end of the stop ends this wait
    }
  }

  private void timeIsUp(Duration limit) {
    synchronized (lock) {
      if (state == ShutdownState.ENDED && jvmShutsDown) {
        return; // our part is over; other hooks are not ours to judge
      }
    }
    halt(ExitCode.TIMED_OUT.number(), "it has not stopped within " + Durations.format(limit));
  }

  private void halt(int otherwise, String why) {
    int code = decided(otherwise);
    Stoppable application;
    synchronized (lock) {
      application = over.getCount() == 0 ? null : deployed;
    }
    try {
      if (application != null) {
        application.lastWords(code, why);
      }
    } finally {
      jvm.halt(code);
    }
  }

  /** Waits until the process is about to end. */
  void await() {
    boolean interrupted = false;
    while (true) {
      try {
        over.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // only the end of the process ends this wait
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Decides the exit code, once.
   *
   * @return the code; null if it is that of a {@code System.exit}, which is not known here
   */
  private @Nullable Integer decide(int code) {
    synchronized (lock) {
      if (!concluded) {
        concluded = true;
        boolean good = code == ExitCode.OK.number() || code == ExitCode.START_FAILED.number();
        decided = forced != null ? forced : jvmShutsDown && good ? null : Integer.valueOf(code);
      }
      return decided;
    }
  }

  private int decided(int otherwise) {
    synchronized (lock) {
      return decided != null ? decided : forced != null ? forced : otherwise;
    }
  }
}
