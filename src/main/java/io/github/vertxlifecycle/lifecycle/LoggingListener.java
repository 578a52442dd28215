package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events to the log, a line each. Called by the lifecycle's executor. */
final class LoggingListener implements LifecycleListener, LifecycleEvent.Visitor<@Nullable Void> {

  private static final int MOST_NAMED = 10;
  private static final int ORIGIN_FRAMES = 16;

  private final Logger log;
  private final LifecycleTimeline timeline;

  /**
   * Makes one that writes to the toolkit's log.
   *
   * @param timeline says how long things took; has taken in each event before this hears of it
   */
  LoggingListener(LifecycleTimeline timeline) {
    this(LoggerFactory.getLogger("io.github.vertxlifecycle"), timeline);
  }

  LoggingListener(Logger log, LifecycleTimeline timeline) {
    this.log = log;
    this.timeline = timeline;
  }

  @Override
  public void on(LifecycleEvent event) {
    event.accept(this);
  }

  @Override
  public @Nullable Void startBegan(LifecycleEvent.StartBegan event) {
    log.info("Starting {}", String.join(", ", event.dependencies().keySet()));
    return null;
  }

  @Override
  public @Nullable Void started(LifecycleEvent.Started event) {
    log.info("Started in {}", span(timeline.application().began(), event));
    return null;
  }

  @Override
  public @Nullable Void startFailed(LifecycleEvent.StartFailed event) {
    log.error("Not started: {}", ComponentLifecycle.message(event.cause()));
    return null;
  }

  @Override
  public @Nullable Void stopBegan(LifecycleEvent.StopBegan event) {
    log.info(
        "Stopping: {}; at most {}{}",
        event.reason(),
        Durations.format(event.stopTimeout()),
        event.announceDelay().isZero()
            ? ""
            : ", serving on for " + Durations.format(event.announceDelay()));
    return null;
  }

  @Override
  public @Nullable Void announceEnded(LifecycleEvent.AnnounceEnded event) {
    log.debug("Announced");
    return null;
  }

  @Override
  public @Nullable Void escalated(LifecycleEvent.Escalated event) {
    log.warn("Ending all drains at once: {}", event.by());
    return null;
  }

  @Override
  public @Nullable Void stopped(LifecycleEvent.Stopped event) {
    log.info("Stopped in {}", span(timeline.application().stopBegan(), event));
    return null;
  }

  @Override
  public @Nullable Void componentStarting(LifecycleEvent.ComponentStarting event) {
    log.debug("{}: starting", event.component());
    return null;
  }

  @Override
  public @Nullable Void componentStarted(LifecycleEvent.ComponentStarted event) {
    log.info("{}: started in {}", event.component(), took(event));
    return null;
  }

  /**
   * With a stack where the failure may be a bug; one that the world outside caused explains itself.
   */
  @Override
  public @Nullable Void componentStartFailed(LifecycleEvent.ComponentStartFailed event) {
    Throwable cause = event.cause();
    boolean bug =
        cause instanceof Error
            || (cause instanceof RuntimeException && !(cause instanceof StartFailedException));
    log.error(
        "{}: did not start after {}: {}",
        event.component(),
        took(event),
        ComponentLifecycle.message(cause),
        bug ? cause : null);
    return null;
  }

  @Override
  public @Nullable Void componentStopAsked(LifecycleEvent.ComponentStopAsked event) {
    log.debug("{}: asked to stop ({})", event.component(), event.reason());
    return null;
  }

  @Override
  public @Nullable Void componentDraining(LifecycleEvent.ComponentDraining event) {
    log.info(
        "{}: draining, {} in flight, at most {}",
        event.component(),
        event.inFlight(),
        Durations.format(event.atMost()));
    return null;
  }

  @Override
  public @Nullable Void componentReleasing(LifecycleEvent.ComponentReleasing event) {
    log.debug("{}: releasing", event.component());
    if (!event.cut().isEmpty()) {
      log.warn("{}: cut {}", event.component(), cut(event.cut()));
      event.cut().stream()
          .filter(work -> !work.origin().isEmpty())
          .limit(MOST_NAMED)
          .forEach(work -> log.warn("{} was admitted{}", work.what(), origin(work)));
    }
    return null;
  }

  @Override
  public @Nullable Void componentStopped(LifecycleEvent.ComponentStopped event) {
    String name = event.component();
    if (event.outcome() == Outcome.CLEAN) {
      log.info("{}: stopped in {}", name, took(event));
    } else if (event.failure() == null) {
      log.warn("{}: stopped {} after {}", name, event.outcome(), took(event));
    } else {
      log.error("{}: stopped {} after {}", name, event.outcome(), took(event), event.failure());
    }
    return null;
  }

  @Override
  public @Nullable Void lateUse(LifecycleEvent.LateUse event) {
    log.warn(
        "{}: used by {} after it was asked to stop; declare that dependency",
        event.component(),
        event.user().isEmpty() ? "code outside the components" : event.user());
    return null;
  }

  @Override
  public @Nullable Void stillWaiting(LifecycleEvent.StillWaiting event) {
    CutWork oldest = event.oldest();
    log.warn(
        "{}: {} for {}, {} left{}{}",
        event.component(),
        event.state().name().toLowerCase(Locale.ROOT),
        Durations.format(event.waited()),
        Durations.format(event.left()),
        event.heldUp().isEmpty() ? "" : ", holds up " + String.join(", ", event.heldUp()),
        oldest == null
            ? ""
            : "; %s in flight, the oldest is %s%s"
                .formatted(event.inFlight(), cut(List.of(oldest)), origin(oldest)));
    return null;
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

  /** Since the start of that component began, or since it was asked to stop. */
  private String took(LifecycleEvent.ComponentEvent event) {
    ComponentTimeline its = timeline.component(event.component());
    return span(its.stopAsked() == null ? its.starting() : its.stopAsked(), event);
  }

  private static String span(@Nullable Long since, LifecycleEvent event) {
    return Durations.format(Duration.ofNanos(since == null ? 0 : event.at() - since));
  }
}
