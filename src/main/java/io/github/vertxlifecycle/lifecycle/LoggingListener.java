package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the log, a line each. Called by the lifecycle's executor, one event at a time,
 * so its own state needs no guard.
 */
final class LoggingListener implements LifecycleListener {

  private static final String WHOLE = "";
  private static final int MOST_NAMED = 10;
  private static final int ORIGIN_FRAMES = 16;

  private final Logger log;

  /** When the current start or stop of a component, or of the whole, began. */
  private final Map<String, Long> since = new HashMap<>();

  LoggingListener() {
    this(LoggerFactory.getLogger("io.github.vertxlifecycle"));
  }

  LoggingListener(Logger log) {
    this.log = log;
  }

  @Override
  public void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentEvent ofComponent) {
      component(ofComponent);
    } else {
      whole(event);
    }
  }

  private void whole(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StartBegan e) {
      begin(WHOLE, e);
      log.info("Starting {}", String.join(", ", e.dependencies().keySet()));
    } else if (event instanceof LifecycleEvent.Started e) {
      log.info("Started in {}", took(WHOLE, e));
    } else if (event instanceof LifecycleEvent.StartFailed e) {
      log.error("Not started: {}", ComponentLifecycle.message(e.cause()));
    } else if (event instanceof LifecycleEvent.StopBegan e) {
      begin(WHOLE, e);
      log.info(
          "Stopping: {}; at most {}{}",
          e.reason(),
          Durations.format(e.stopTimeout()),
          e.announceDelay().isZero()
              ? ""
              : ", serving on for " + Durations.format(e.announceDelay()));
    } else if (event instanceof LifecycleEvent.AnnounceEnded) {
      log.debug("Announced");
    } else if (event instanceof LifecycleEvent.Escalated e) {
      log.warn("Ending all drains at once: {}", e.by());
    } else if (event instanceof LifecycleEvent.Stopped e) {
      log.info("Stopped in {}", took(WHOLE, e));
    } else {
      throw new IllegalArgumentException("no line for " + event);
    }
  }

  private void component(LifecycleEvent.ComponentEvent event) {
    String name = event.component();
    if (event instanceof LifecycleEvent.ComponentStarting e) {
      begin(name, e);
      log.debug("{}: starting", name);
    } else if (event instanceof LifecycleEvent.ComponentStarted e) {
      log.info("{}: started in {}", name, took(name, e));
    } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      startFailed(name, e);
    } else if (event instanceof LifecycleEvent.ComponentStopAsked e) {
      begin(name, e);
      log.debug("{}: asked to stop ({})", name, e.reason());
    } else if (event instanceof LifecycleEvent.ComponentDraining e) {
      log.info(
          "{}: draining, {} in flight, at most {}",
          name,
          e.inFlight(),
          Durations.format(e.atMost()));
    } else if (event instanceof LifecycleEvent.ComponentReleasing e) {
      log.debug("{}: releasing", name);
      if (!e.cut().isEmpty()) {
        log.warn("{}: cut {}", name, cut(e.cut()));
        e.cut().stream()
            .filter(work -> !work.origin().isEmpty())
            .limit(MOST_NAMED)
            .forEach(work -> log.warn("{} was admitted{}", work.what(), origin(work)));
      }
    } else if (event instanceof LifecycleEvent.ComponentStopped e) {
      stopped(name, e);
    } else if (event instanceof LifecycleEvent.StillWaiting e) {
      log.warn("{}", stillWaiting(e));
    } else if (event instanceof LifecycleEvent.LateUse e) {
      log.warn(
          "{}: used by {} after it was asked to stop; declare that dependency",
          name,
          e.user().isEmpty() ? "code outside the components" : e.user());
    } else {
      throw new IllegalArgumentException("no line for " + event);
    }
  }

  /**
   * With a stack where the failure may be a bug; one that the world outside caused explains itself.
   */
  private void startFailed(String name, LifecycleEvent.ComponentStartFailed event) {
    Throwable cause = event.cause();
    boolean bug =
        cause instanceof Error
            || (cause instanceof RuntimeException && !(cause instanceof StartFailedException));
    log.error(
        "{}: did not start after {}: {}",
        name,
        took(name, event),
        ComponentLifecycle.message(cause),
        bug ? cause : null);
  }

  private void stopped(String name, LifecycleEvent.ComponentStopped event) {
    if (event.outcome() == Outcome.CLEAN) {
      log.info("{}: stopped in {}", name, took(name, event));
    } else if (event.failure() == null) {
      log.warn("{}: stopped {} after {}", name, event.outcome(), took(name, event));
    } else {
      log.error(
          "{}: stopped {} after {}", name, event.outcome(), took(name, event), event.failure());
    }
  }

  private static String stillWaiting(LifecycleEvent.StillWaiting event) {
    CutWork oldest = event.oldest();
    return "%s: %s for %s, %s left%s%s"
        .formatted(
            event.component(),
            event.state().name().toLowerCase(Locale.ROOT),
            Durations.format(event.waited()),
            Durations.format(event.left()),
            event.heldUp().isEmpty() ? "" : ", holds up " + String.join(", ", event.heldUp()),
            oldest == null
                ? ""
                : "; %d in flight, the oldest is %s%s"
                    .formatted(event.inFlight(), cut(List.of(oldest)), origin(oldest)));
  }

  private static String origin(CutWork work) {
    return work.origin().stream()
        .limit(ORIGIN_FRAMES)
        .map(frame -> "\n    at " + frame)
        .collect(Collectors.joining());
  }

  private static String cut(List<CutWork> cut) {
    String named =
        cut.stream()
            .limit(MOST_NAMED)
            .map(work -> work.what() + " (" + Durations.format(work.age()) + ")")
            .collect(Collectors.joining(", "));
    return cut.size() <= MOST_NAMED
        ? named
        : named + " and " + (cut.size() - MOST_NAMED) + " more; the report has them all";
  }

  private void begin(String what, LifecycleEvent event) {
    since.put(what, event.at());
  }

  private String took(String what, LifecycleEvent event) {
    return Durations.format(Duration.ofNanos(event.at() - since.getOrDefault(what, event.at())));
  }
}
