package io.github.vertxlifecycle.systemd;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The line that {@code systemctl status} shows: how far the application is, and what holds it up.
 * Guarded by its owner.
 */
final class StatusText {

  /** Some three bytes each at most, of the {@value NotifySocket#MOST_BYTES} of a message. */
  private static final int MOST_CHARS = 1_000;

  private final Map<String, String> stalls = new LinkedHashMap<>(); // by component
  private final Set<String> up = new HashSet<>();
  private String doing = "starting";
  private int all;
  private boolean stopping;
  private @Nullable String cause;

  /**
   * What an event says in words of its own; the message of a failure is foreign code, so this comes
   * before any lock.
   *
   * @param stall says what holds up a start or a stop
   */
  static String words(LifecycleEvent event, Function<LifecycleEvent.StillWaiting, String> stall) {
    if (event instanceof LifecycleEvent.StillWaiting e) {
      return stall.apply(e);
    }
    if (event instanceof LifecycleEvent.Failed e) {
      return e.text();
    }
    if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      return "\"%s\" did not start: %s".formatted(e.component(), FailureText.of(e.cause()));
    }
    return event instanceof LifecycleEvent.StartFailed e ? FailureText.of(e.cause()) : "";
  }

  /**
   * Takes an event in.
   *
   * @param words its own
   * @return whether that is worth a message of its own; how many components run is not
   */
  boolean on(LifecycleEvent event, String words) {
    if (event instanceof LifecycleEvent.StillWaiting e) {
      stalls.put(e.component(), words);
      return true;
    }
    if (event instanceof LifecycleEvent.Failed
        || event instanceof LifecycleEvent.ComponentStartFailed) {
      because(words);
      return true;
    }
    if (event instanceof LifecycleEvent.ComponentEvent e
        && !(event instanceof LifecycleEvent.LateUse)) {
      return goesOn(e);
    }
    return application(event, words);
  }

  private void because(String why) {
    if (cause == null) {
      cause = why;
    }
  }

  private boolean goesOn(LifecycleEvent.ComponentEvent event) {
    if (event instanceof LifecycleEvent.ComponentStarted) {
      up.add(event.component());
    } else if (event instanceof LifecycleEvent.ComponentStopped) {
      up.remove(event.component());
    }
    return stalls.remove(event.component()) != null;
  }

  private boolean application(LifecycleEvent event, String words) {
    if (event instanceof LifecycleEvent.StartBegan e) {
      all = e.dependencies().size();
    } else if (event instanceof LifecycleEvent.Started) {
      doing = "running";
    } else if (event instanceof LifecycleEvent.StopBegan e) {
      stopping = true;
      doing = "stopping (" + e.reason() + ")";
    } else if (event instanceof LifecycleEvent.StartFailed) {
      doing = "not started";
      because(words);
    } else if (event instanceof LifecycleEvent.Stopped) {
      doing = "stopped";
    } else {
      return false;
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(withCause(doing + left()));
    stalls.values().stream().findFirst().ifPresent(first -> text.append("; ").append(first));
    if (stalls.size() > 1) {
      text.append("; and ").append(stalls.size() - 1).append(" more");
    }
    return text.toString();
  }

  private String left() {
    if (stopping) {
      return up.isEmpty() ? "" : ", " + up.size() + " left";
    }
    String of = up.size() == all ? "" : " of " + all;
    return ", " + up.size() + of + (all == 1 ? " component" : " components");
  }

  /** Another text, with what began it all if that is not in it. */
  String withCause(String other) {
    return cause == null || other.contains(cause) ? other : other + "; " + cause;
  }

  /** What fits on a line of a message. */
  static String line(String text) {
    String line = text.strip().replaceAll("\\s*[\\r\\n\\x00]+\\s*", " ");
    return line.length() <= MOST_CHARS ? line : line.substring(0, MOST_CHARS - 1) + "…";
  }
}
