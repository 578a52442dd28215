package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes events to the log, a line each, with what they say as key values beside it. Called by one
 * thread at a time, on which it may block.
 */
final class LoggingListener implements LifecycleListener, LifecycleEvent.Visitor<@Nullable Void> {

  private static final int MOST_NAMED = 10;
  private static final int ORIGIN_FRAMES = 16;
  private static final Duration SAME_AGAIN = Duration.ofSeconds(10);

  /** The toolkit's log. */
  static final Logger LOG = LoggerFactory.getLogger("io.github.vertxlifecycle");

  private final Logger log;
  private final LifecycleTimeline timeline;
  private final Map<String, Long> lateUses = new HashMap<>(); // when it was told last

  /**
   * Makes one that writes to the toolkit's log.
   *
   * @param timeline says how long things took; has taken in each event before this hears of it, and
   *     perhaps later ones
   */
  LoggingListener(LifecycleTimeline timeline) {
    this(LOG, timeline);
  }

  LoggingListener(Logger log, LifecycleTimeline timeline) {
    this.log = log;
    this.timeline = timeline;
  }

  /** A lane to a log. The timeline may be ahead of it: only moments are read that stay. */
  static EventLane lane(Logger log, LifecycleTimeline timeline, Clock clock) {
    return new EventLane("the log", new LoggingListener(log, timeline), clock);
  }

  @Override
  public void on(LifecycleEvent event) {
    event.accept(this);
  }

  @Override
  public @Nullable Void startBegan(LifecycleEvent.StartBegan event) {
    at(Level.INFO, event).log("Starting {}", String.join(", ", event.dependencies().keySet()));
    return null;
  }

  @Override
  public @Nullable Void started(LifecycleEvent.Started event) {
    Duration took = duration(timeline.application().began(), event);
    LogFields.line(log, Level.INFO, () -> fields(event, took))
        .log("Started in {}", Durations.format(took));
    return null;
  }

  @Override
  public @Nullable Void startFailed(LifecycleEvent.StartFailed event) {
    at(Level.ERROR, event).log("Not started: {}", ComponentLifecycle.message(event.cause()));
    return null;
  }

  @Override
  public @Nullable Void stopBegan(LifecycleEvent.StopBegan event) {
    at(Level.INFO, event)
        .log(
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
    at(Level.DEBUG, event).log("Announced");
    return null;
  }

  @Override
  public @Nullable Void escalated(LifecycleEvent.Escalated event) {
    at(Level.WARN, event).log("Ending all drains at once: {}", event.by());
    return null;
  }

  @Override
  public @Nullable Void stopped(LifecycleEvent.Stopped event) {
    at(Level.INFO, event).log("Stopped in {}", span(timeline.application().stopBegan(), event));
    return null;
  }

  @Override
  public @Nullable Void componentStarting(LifecycleEvent.ComponentStarting event) {
    at(Level.DEBUG, event).log("{}: starting", event.component());
    return null;
  }

  @Override
  public @Nullable Void componentStarted(LifecycleEvent.ComponentStarted event) {
    at(Level.INFO, event)
        .addArgument(event.component())
        .addArgument(() -> startTook(event))
        .log("{}: started in {}");
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
    at(Level.ERROR, event)
        .setCause(bug ? FailureText.forLog(cause) : null)
        .log(
            "{}: did not start after {}: {}",
            event.component(),
            startTook(event),
            ComponentLifecycle.message(cause));
    return null;
  }

  @Override
  public @Nullable Void componentStopAsked(LifecycleEvent.ComponentStopAsked event) {
    at(Level.DEBUG, event).log("{}: asked to stop ({})", event.component(), event.reason());
    return null;
  }

  @Override
  public @Nullable Void componentDraining(LifecycleEvent.ComponentDraining event) {
    at(Level.INFO, event)
        .addArgument(event.component())
        .addArgument(event.inFlight())
        .addArgument(() -> Durations.format(event.atMost()))
        .log("{}: draining, {} in flight, at most {}");
    return null;
  }

  @Override
  public @Nullable Void componentReleasing(LifecycleEvent.ComponentReleasing event) {
    at(Level.DEBUG, event).log("{}: releasing", event.component());
    if (!event.cut().isEmpty()) {
      at(Level.WARN, event).log("{}: cut {}", event.component(), cut(event.cut()));
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
      at(Level.INFO, event)
          .addArgument(name)
          .addArgument(() -> stopTook(event))
          .log("{}: stopped in {}");
    } else if (event.outcome() == Outcome.TIMED_OUT && event.failure() == null) {
      at(Level.WARN, event)
          .log(
              "{}: stopped TIMED_OUT after {}: its release did not end within {}; raise"
                  + " lifecycle.stopTimeout or {}.releaseTimeout",
              name,
              stopTook(event),
              span(timeline.component(name).releasing(), event),
              name);
    } else if (event.failure() == null) {
      at(Level.WARN, event).log("{}: stopped {} after {}", name, event.outcome(), stopTook(event));
    } else {
      at(Level.ERROR, event)
          .setCause(FailureText.forLog(event.failure()))
          .log("{}: stopped {} after {}", name, event.outcome(), stopTook(event));
    }
    return null;
  }

  @Override
  public @Nullable Void failed(LifecycleEvent.Failed event) {
    at(Level.ERROR, event)
        .setCause(FailureText.forLog(event.cause()))
        .log("{}: cannot go on, so everything stops", event.component());
    return null;
  }

  @Override
  public @Nullable Void lateUse(LifecycleEvent.LateUse event) {
    String uses = event.component() + " used by " + event.user();
    if (event.at() - lateUses.getOrDefault(uses, Long.MIN_VALUE / 2) < SAME_AGAIN.toNanos()) {
      return null; // a thousand refused calls are one mistake
    }
    lateUses.put(uses, event.at());
    if (event.left() != null) {
      at(Level.WARN, event)
          .log(
              "{}: used by work left over from {}, which has stopped ({}); track that work, so that"
                  + " the stop of {} waits for it",
              event.component(),
              event.user(),
              event.left(),
              event.user());
    } else if (event.user().isEmpty()) {
      at(Level.WARN, event)
          .log(
              "{}: used after it was asked to stop, on a thread of no component; let the component"
                  + " that began this work track it",
              event.component());
    } else {
      at(Level.WARN, event)
          .log(
              "{}: used by {} after it was asked to stop; declare that dependency",
              event.component(),
              event.user());
    }
    return null;
  }

  @Override
  public @Nullable Void stillWaiting(LifecycleEvent.StillWaiting event) {
    CutWork oldest = event.oldest();
    at(Level.WARN, event).log("{}{}", stall(event), oldest == null ? "" : origin(oldest));
    return null;
  }

  /** Who keeps the start or the stop waiting, and with what, on one line. */
  static String stall(LifecycleEvent.StillWaiting event) {
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
                : "; %s in flight, the oldest is %s"
                    .formatted(event.inFlight(), cut(List.of(oldest))));
  }

  private LoggingEventBuilder at(Level level, LifecycleEvent event) {
    return LogFields.line(log, level, () -> EventJson.of(event, EventJson.epochMillis(event)));
  }

  /** What the launcher's table of a start says. */
  private JsonObject fields(LifecycleEvent.Started event, Duration took) {
    return EventJson.of(event, EventJson.epochMillis(event))
        .put("durationMs", took.toMillis())
        .put("components", components());
  }

  private JsonArray components() {
    JsonArray all = new JsonArray();
    Long began = timeline.application().began();
    for (String name : timeline.begun()) {
      ComponentTimeline its = timeline.component(name);
      JsonObject one = new JsonObject().put("name", name);
      if (began != null && its.starting() != null && its.started() != null) {
        one.put("tookMs", (its.started() - its.starting()) / 1_000_000);
        one.put("atMs", (its.started() - began) / 1_000_000);
      }
      all.add(one);
    }
    return all;
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

  private String startTook(LifecycleEvent.ComponentEvent event) {
    return span(timeline.component(event.component()).starting(), event);
  }

  /** Since it was asked to stop; since its start began if nobody has, because that failed. */
  private String stopTook(LifecycleEvent.ComponentStopped event) {
    ComponentTimeline its = timeline.component(event.component());
    return span(its.stopAsked() == null ? its.starting() : its.stopAsked(), event);
  }

  private static String span(@Nullable Long since, LifecycleEvent event) {
    return Durations.format(duration(since, event));
  }

  private static Duration duration(@Nullable Long since, LifecycleEvent event) {
    return Duration.ofNanos(since == null ? 0 : event.at() - since);
  }
}
