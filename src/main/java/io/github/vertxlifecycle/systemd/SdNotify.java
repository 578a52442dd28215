package io.github.vertxlifecycle.systemd;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the application is, where systemd has asked for that with {@code
 * NOTIFY_SOCKET}: {@code sd_notify(3)}.
 *
 * <p>Whoever calls it only leaves word: a daemon thread sends, so no event loop ever waits for
 * systemd. What goes wrong is logged once and disturbs nobody.
 */
public final class SdNotify implements LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(SdNotify.class);

  /** What to add where Netty's epoll transport is missing, in words. */
  public static final String NATIVE_LIBRARY =
      "io.netty:netty-transport-native-epoll, in the version of Netty, with the classifier"
          + " linux-x86_64 or linux-aarch_64";

  private static final String NOTIFY_SOCKET = "NOTIFY_SOCKET";

  /** How soon to try again if the queue of systemd is full. */
  private static final Duration SOON = Duration.ofMillis(50);

  private final String address;
  private final NotifySocket socket;
  private final UnitState state;
  private final Consumer<Runnable> logs;
  private final Thread thread = new Thread(this::run, "lifecycle-systemd");
  private volatile @Nullable Watchdog watchdog;
  private volatile boolean ending;
  private volatile boolean held;

  // the thread's
  private @Nullable String unsent;
  private boolean warned;

  private SdNotify(String address, NotifySocket socket, UnitState state, Consumer<Runnable> logs) {
    this.address = address;
    this.socket = socket;
    this.state = state;
    this.logs = logs;
    thread.setDaemon(true);
  }

  /**
   * Whether systemd waits for word of this process.
   *
   * @param environment that of the process
   */
  public static boolean isWanted(Map<String, String> environment) {
    return !address(environment).isEmpty();
  }

  private static String address(Map<String, String> environment) {
    return environment.getOrDefault(NOTIFY_SOCKET, "");
  }

  /**
   * Makes one; logs why if that cannot be.
   *
   * @param environment that of the process, in which it {@link #isWanted}
   * @param startBudget how long a start can take at most
   * @param stall says what holds up a start or a stop
   * @param loops every event loop; for the watchdog, if systemd has one
   * @param held whether nothing is said before {@link #release}
   * @param logs runs what writes to the log, later and elsewhere
   * @return null if nobody can be told
   */
  public static @Nullable SdNotify of(
      Map<String, String> environment,
      Duration startBudget,
      Function<LifecycleEvent.StillWaiting, String> stall,
      Iterable<? extends Executor> loops,
      boolean held,
      Consumer<Runnable> logs) {
    String address = address(environment);
    try {
      SdNotify made =
          new SdNotify(
              address, NotifySocket.open(address), new UnitState(startBudget, stall), logs);
      made.held = held;
      Duration timeout = Watchdog.timeout(environment, ProcessHandle.current().pid());
      if (timeout != null) {
        made.watchdog = new Watchdog(timeout, loops, made::wake);
      }
      made.thread.start();
      return made;
    } catch (IOException | LinkageError e) {
      String why = why(e);
      logs.accept(() -> log.warn("systemd is told nothing (NOTIFY_SOCKET={}): {}", address, why));
      return null;
    }
  }

  private static String why(Throwable problem) {
    return problem instanceof LinkageError
        ? "that needs a native library; add %s (%s)"
            .formatted(NATIVE_LIBRARY, FailureText.withRoot(problem))
        : FailureText.withRoot(problem);
  }

  /**
   * Says why there is no application, where systemd waits for one. Failures are nobody's concern:
   * the process says it, too, and ends.
   *
   * @param environment that of the process
   * @param why what is wrong
   */
  public static void refused(Map<String, String> environment, String why) {
    if (isWanted(environment)) {
      try (NotifySocket socket = NotifySocket.open(address(environment))) {
        socket.send("STATUS=" + StatusText.line("not started; " + why) + "\n");
      } catch (IOException | LinkageError e) {
        // said on stderr
      }
    }
  }

  @Override
  public void on(LifecycleEvent event) {
    if (state.on(event)) {
      wake();
    }
  }

  /** This process is the main one of its unit from now on, and systemd listens to it. */
  public void release() {
    held = false;
    wake();
  }

  /**
   * Says that another process is the main one of the unit, and nothing from then on.
   *
   * @param pid that process, which systemd must know as its child
   * @param atMost how long to wait until it is said
   */
  public void replacedBy(long pid, Duration atMost) {
    state.replacedBy(pid);
    endWithin(atMost);
  }

  /**
   * Says a last word.
   *
   * @param status how it ended
   * @param atMost how long to wait until all is said
   */
  public void end(String status, Duration atMost) {
    state.last(status);
    endWithin(atMost);
  }

  private void endWithin(Duration atMost) {
    ending = true;
    wake();
    try {
      thread.join(Math.max(1, atMost.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    while (true) {
      boolean last = ending; // read before what it makes the last
      long now = System.nanoTime();
      if (goOn(now) && last) {
        return;
      }
      LockSupport.parkNanos(this, untilDue(System.nanoTime()).toNanos());
    }
  }

  /** Whether all is said. */
  private boolean goOn(long now) {
    if (held) {
      return true;
    }
    try {
      Watchdog dog = watchdog;
      if (dog != null && state.isActive()) {
        if (dog.isAlive(now)) {
          state.alive();
        }
        state.hangs(dog.hangs(now));
      }
      for (String message = next(now); message != null; message = next(now)) {
        if (!socket.send(message)) {
          unsent = message;
          return false;
        }
      }
    } catch (IOException | RuntimeException e) {
      warn(e);
    }
    return true;
  }

  private @Nullable String next(long now) {
    String message = unsent == null ? state.next(now) : unsent;
    unsent = null;
    return message;
  }

  private Duration untilDue(long now) {
    if (unsent != null) {
      return SOON;
    }
    if (held) {
      return Duration.ofHours(1);
    }
    Watchdog dog = watchdog;
    Duration more = state.untilDue(now);
    Duration ping = dog == null || !state.isActive() ? null : dog.untilDue(now);
    Duration due = more == null || (ping != null && ping.compareTo(more) < 0) ? ping : more;
    return due == null ? Duration.ofHours(1) : due.isZero() ? SOON : due;
  }

  private void warn(Exception problem) {
    if (!warned) {
      warned = true;
      String why = FailureText.withRoot(problem);
      logs.accept(() -> log.warn("systemd does not hear (NOTIFY_SOCKET={}): {}", address, why));
    }
  }
}
