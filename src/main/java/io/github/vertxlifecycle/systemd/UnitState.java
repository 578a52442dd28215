package io.github.vertxlifecycle.systemd;

import io.github.vertxlifecycle.event.LifecycleEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the application is to systemd, in the words of {@code systemctl}, and what systemd has not
 * been told of it yet.
 *
 * <pre>
 *    ACTIVATING ──READY=1──▶ ACTIVE ──STOPPING=1──▶ DEACTIVATING
 *         │                                              ▲
 *         └───────────────────STOPPING=1─────────────────┘
 *                  ACTIVE ──MAINPID──▶ REPLACED
 * </pre>
 *
 * Of a process that is replaced nothing more is said: to systemd the unit is its successor. Each is
 * said once, in this order, and nothing leads back. Of the rest only the newest counts, so what
 * waits to be sent never grows. Thread-safe; nothing foreign is called under its lock.
 */
final class UnitState {

  /** The launcher's watchdog ends the process a second after a stop should have been over. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private enum ActiveState {
    ACTIVATING,
    ACTIVE,
    DEACTIVATING,
    REPLACED
  }

  private final Duration startBudget;
  private final Function<LifecycleEvent.StillWaiting, String> stall;

  private final Object lock = new Object();
  private final StatusText text = new StatusText(); // lock
  private final TimeoutExtension extension = new TimeoutExtension(); // lock
  private ActiveState state = ActiveState.ACTIVATING; // lock
  private boolean ready; // lock; to be said
  private boolean stopping; // lock; to be said
  private boolean alive; // lock; to be said
  private boolean changed; // lock; the status is to be said
  private @Nullable String hangs; // lock; what to say of a loop that does not answer
  private @Nullable String last; // lock; the status from now on
  private long successor; // lock; to be said; 0 for none
  private String told = ""; // lock; the status that was said

  /**
   * Makes one of an application that has not begun to start.
   *
   * @param startBudget how long a start can take at most
   * @param stall says what holds up a start or a stop
   */
  UnitState(Duration startBudget, Function<LifecycleEvent.StillWaiting, String> stall) {
    this.startBudget = startBudget;
    this.stall = stall;
  }

  /**
   * Takes an event in.
   *
   * @return whether there is something new to say
   */
  boolean on(LifecycleEvent event) {
    String words = StatusText.words(event, stall);
    synchronized (lock) {
      boolean worth = text.on(event, words);
      if (event instanceof LifecycleEvent.StartBegan && state == ActiveState.ACTIVATING) {
        extension.begin(event.at(), startBudget);
      } else if (event instanceof LifecycleEvent.Started) {
        ready |= transition(ActiveState.ACTIVATING, ActiveState.ACTIVE);
      } else if (event instanceof LifecycleEvent.StopBegan e) {
        boolean began =
            transition(ActiveState.ACTIVE, ActiveState.DEACTIVATING)
                || transition(ActiveState.ACTIVATING, ActiveState.DEACTIVATING);
        if (began) {
          stopping = true;
          extension.begin(e.at(), e.stopTimeout().plus(LAST_WORDS));
        }
      }
      changed |= worth;
      return worth;
    }
  }

  /** The one place where the state changes. */
  private boolean transition(ActiveState from, ActiveState to) {
    if (state != from) {
      return false;
    }
    state = to;
    hangs = null;
    extension.end();
    return true;
  }

  /** Whether systemd is to hear that the process is alive: not before READY, and not in a stop. */
  boolean isActive() {
    synchronized (lock) {
      return state == ActiveState.ACTIVE && !ready;
    }
  }

  /** Every event loop has answered. */
  void alive() {
    synchronized (lock) {
      alive = true;
    }
  }

  /** What is to be said of event loops that do not answer; null if all do. Not said in a stop. */
  void hangs(@Nullable String what) {
    synchronized (lock) {
      if (state != ActiveState.ACTIVE) {
        return; // the stop has begun since it was found out
      }
      changed |= what == null ? hangs != null : !what.equals(hangs);
      hangs = what;
    }
  }

  /** The status from now on, whatever happens. */
  void last(String status) {
    synchronized (lock) {
      last = status;
      changed = true;
    }
  }

  /** Another process is the unit's main one from now on. */
  void replacedBy(long pid) {
    synchronized (lock) {
      if (transition(ActiveState.ACTIVE, ActiveState.REPLACED)) {
        successor = pid;
      }
    }
  }

  /** How long until there is something to say even if nothing happens; null for never. */
  @Nullable Duration untilDue(long now) {
    synchronized (lock) {
      return extension.untilDue(now);
    }
  }

  /**
   * The next message, which counts as said.
   *
   * @param now the nanoseconds of the lifecycle's clock
   * @return lines, each ended; null if there is nothing to say
   */
  @Nullable String next(long now) {
    synchronized (lock) {
      StringBuilder lines = new StringBuilder();
      if (state == ActiveState.REPLACED) {
        long pid = successor;
        successor = 0;
        return pid == 0 ? null : "MAINPID=" + pid + "\n";
      }
      if (ready) {
        ready = false;
        lines.append("READY=1\n"); // a stop that has begun since is the next message
      } else if (stopping) {
        stopping = false;
        lines.append("STOPPING=1\n");
      }
      Duration more = ready || stopping ? null : extension.take(now);
      if (more != null) {
        lines.append("EXTEND_TIMEOUT_USEC=").append(micros(more)).append('\n');
      }
      if (alive && state == ActiveState.ACTIVE) {
        lines.append("WATCHDOG=1\n");
      }
      alive = false;
      if (changed || !lines.isEmpty()) {
        status(lines);
      }
      return lines.isEmpty() ? null : lines.toString();
    }
  }

  private static long micros(Duration time) {
    return TimeUnit.MICROSECONDS.convert(time);
  }

  /** With every message the newest, if it is not what systemd knows. */
  private void status(StringBuilder lines) {
    changed = false;
    String status =
        StatusText.line(
            last != null ? text.withCause(last) : hangs != null ? hangs : text.toString());
    if (!status.equals(told)) {
      told = status;
      lines.append("STATUS=").append(status).append('\n');
    }
  }
}
