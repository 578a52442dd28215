package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Keeps all events and writes each as a short line. Thread-safe. */
final class Recorder implements LifecycleListener {

  private final List<LifecycleEvent> events = new ArrayList<>();

  @Override
  public synchronized void on(LifecycleEvent event) {
    events.add(event);
  }

  synchronized List<LifecycleEvent> events() {
    return List.copyOf(events);
  }

  synchronized void clear() {
    events.clear();
  }

  /** What happened, without when. */
  List<String> lines() {
    return events().stream().map(Recorder::text).toList();
  }

  /** What happened and when, in milliseconds. */
  List<String> timedLines() {
    return events().stream().map(e -> e.at() / 1_000_000 + " " + text(e)).toList();
  }

  /** The events of one kind. */
  <E extends LifecycleEvent> List<E> all(Class<E> kind) {
    return events().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The components of one kind of event, in order. */
  <E extends LifecycleEvent.ComponentEvent> List<String> order(Class<E> kind) {
    return all(kind).stream().map(LifecycleEvent.ComponentEvent::component).toList();
  }

  private static String text(LifecycleEvent event) {
    return event instanceof LifecycleEvent.ComponentEvent of
        ? of.component() + " " + ofComponent(of)
        : ofTheWhole(event);
  }

  private static String ofComponent(LifecycleEvent.ComponentEvent event) {
    if (event instanceof LifecycleEvent.ComponentStarting) {
      return "starting";
    } else if (event instanceof LifecycleEvent.ComponentStarted) {
      return "started";
    } else if (event instanceof LifecycleEvent.ComponentStartFailed e) {
      return "start failed: " + e.cause().getMessage();
    } else if (event instanceof LifecycleEvent.ComponentStopAsked e) {
      return "asked: " + e.reason();
    } else if (event instanceof LifecycleEvent.ComponentDraining e) {
      return "draining " + e.inFlight() + ", at most " + Durations.format(e.atMost());
    } else if (event instanceof LifecycleEvent.ComponentReleasing e) {
      return "releasing" + cut(e);
    } else if (event instanceof LifecycleEvent.ComponentStopped e) {
      return e.outcome() + (e.failure() == null ? "" : ": " + e.failure().getMessage());
    } else if (event instanceof LifecycleEvent.LateUse e) {
      return "used late by " + e.user();
    }
    throw new AssertionError(event);
  }

  private static String cut(LifecycleEvent.ComponentReleasing event) {
    return event.cut().stream()
        .map(work -> " cut " + work.what() + " after " + Durations.format(work.age()))
        .collect(Collectors.joining(","));
  }

  private static String ofTheWhole(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.Failed e) {
      return e.text();
    }
    if (event instanceof LifecycleEvent.StartBegan) {
      return "start began";
    } else if (event instanceof LifecycleEvent.Started) {
      return "started";
    } else if (event instanceof LifecycleEvent.StartFailed e) {
      return "start failed: " + e.cause().getMessage();
    } else if (event instanceof LifecycleEvent.StopBegan e) {
      return "stop began: " + e.reason();
    } else if (event instanceof LifecycleEvent.AnnounceEnded) {
      return "announce ended";
    } else if (event instanceof LifecycleEvent.Escalated e) {
      return "escalated by " + e.by();
    } else if (event instanceof LifecycleEvent.Stopped) {
      return "stopped";
    }
    throw new AssertionError(event);
  }
}
