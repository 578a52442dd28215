package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.AnnounceEnded;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentDraining;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentEvent;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentReleasing;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStartFailed;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarted;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStarting;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopAsked;
import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.github.vertxlifecycle.event.LifecycleEvent.Escalated;
import io.github.vertxlifecycle.event.LifecycleEvent.StartBegan;
import io.github.vertxlifecycle.event.LifecycleEvent.StartFailed;
import io.github.vertxlifecycle.event.LifecycleEvent.Started;
import io.github.vertxlifecycle.event.LifecycleEvent.StopBegan;
import io.github.vertxlifecycle.event.LifecycleEvent.Stopped;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.FakeHandle.Step;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must hold after any {@link Schedule}, told from the events, from what was asked of the parts
 * and from what the schedule made them do; not from the state of the code under test.
 */
final class ScheduleProperties {

  /**
   * Never started; ran and stopped; did not start, with or without work in flight; was abandoned
   * while it started.
   */
  private static final Pattern ONE_LIFE = Pattern.compile("|SRADLX|SF(AD)?LX|SADLX");

  private static final Map<Class<?>, String> LETTERS =
      Map.of(
          ComponentStarting.class, "S",
          ComponentStarted.class, "R",
          ComponentStartFailed.class, "F",
          ComponentStopAsked.class, "A",
          ComponentDraining.class, "D",
          ComponentReleasing.class, "L",
          ComponentStopped.class, "X");

  private final Schedule schedule;
  private final List<LifecycleEvent> events;

  /** Per component, each kind of event with its place in the whole. */
  private final Map<String, Map<Class<?>, Integer>> places = new HashMap<>();

  private final Map<Class<?>, Integer> whole = new HashMap<>();

  private ScheduleProperties(Schedule schedule, List<LifecycleEvent> events) {
    this.schedule = schedule;
    this.events = events;
  }

  /** Checks them all. */
  static void check(Schedule schedule, List<LifecycleEvent> events) {
    ScheduleProperties properties = new ScheduleProperties(schedule, events);
    properties.timeGoesForward();
    properties.eachEventHappensOnceAndInOrder();
    properties.theWholeBeginsAndEndsOnce();
    for (String name : schedule.graph.startOrder()) {
      properties.everyComponentReachesStopped(name);
      properties.everyPartIsAskedForWhatItIsDue(name);
      properties.startsWhenItsDependenciesRunAndNeverAfterTheStop(name);
      properties.dependentsStopFirst(name);
      properties.drainsAtOnceAndAsLongAsItMay(name);
      properties.neverEatsTheReservesBelow(name);
      properties.itsOutcomeIsTrue(name);
    }
    properties.allStopsInTime();
    properties.nothingDrainsAfterAnEscalation();
    properties.theFailureNamesThoseThatDidNotStopWell();
  }

  // ── looking things up ──────────────────────────────────────────────────────────────────────────

  private static void that(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  private @Nullable Integer place(String name, Class<?> kind) {
    return places.getOrDefault(name, Map.of()).get(kind);
  }

  private <E extends LifecycleEvent> @Nullable E find(String name, Class<E> kind) {
    Integer place = place(name, kind);
    return place == null ? null : kind.cast(events.get(place));
  }

  private <E extends LifecycleEvent> @Nullable E find(Class<E> kind) {
    Integer place = whole.get(kind);
    return place == null ? null : kind.cast(events.get(place));
  }

  // ── the properties ─────────────────────────────────────────────────────────────────────────────

  private void timeGoesForward() {
    for (int i = 1; i < events.size(); i++) {
      that(events.get(i - 1).at() <= events.get(i).at(), "time went back at event " + i);
    }
  }

  private void eachEventHappensOnceAndInOrder() {
    Map<String, StringBuilder> lives = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      LifecycleEvent event = events.get(i);
      Map<Class<?>, Integer> seen = whole;
      if (event instanceof ComponentEvent of) {
        seen = places.computeIfAbsent(of.component(), name -> new HashMap<>());
        lives
            .computeIfAbsent(of.component(), name -> new StringBuilder())
            .append(LETTERS.getOrDefault(event.getClass(), "?"));
      }
      that(seen.put(event.getClass(), i) == null, "twice: " + event);
    }
    lives.forEach((name, life) -> that(ONE_LIFE.matcher(life).matches(), name + " lived " + life));
  }

  private void theWholeBeginsAndEndsOnce() {
    Integer began = whole.get(StopBegan.class);
    Integer ended = whole.get(Stopped.class);
    Integer announced = whole.get(AnnounceEnded.class);
    that(began != null && announced != null && ended != null, "the whole stop began and ended");
    that(began < announced && announced < ended, "announce, then stop");
    Integer failed = whole.get(StartFailed.class);
    for (LifecycleEvent late : events.subList(ended + 1, events.size())) {
      that(late instanceof StartFailed || late instanceof Escalated, "after the end: " + late);
    }
    Future<Void> started = schedule.started;
    that(started != null && started.isComplete(), "the start has an answer");
    that(started.succeeded() == whole.containsKey(Started.class), "it tells the truth");
    that(started.failed() != whole.containsKey(Started.class), "it tells the truth");
    that(failed == null || failed > ended, "a failed start rolls back first");
    if (whole.containsKey(StartBegan.class)) {
      that(whole.containsKey(Started.class) != (failed != null), "started or not, one of them");
      startFailureKeepsTheFirstCause(started);
    }
    StopBegan stop = find(StopBegan.class);
    AnnounceEnded end = find(AnnounceEnded.class);
    Escalated escalated = find(Escalated.class);
    long until = stop.at() + stop.announceDelay().toNanos();
    if (escalated != null) {
      until = Math.min(until, Math.max(stop.at(), escalated.at()));
    }
    that(end.at() == until, "announced as long as it should");
  }

  private void startFailureKeepsTheFirstCause(Future<Void> started) {
    if (started.succeeded()) {
      return;
    }
    for (LifecycleEvent event : events) {
      if (event instanceof StopBegan stop && !stop.reason().kind().name().equals("FAILED_START")) {
        that(started.cause().getMessage().contains("abandoned"), "abandoned: " + started.cause());
        return;
      }
      if (event instanceof ComponentStartFailed e) {
        that(started.cause().getCause() == e.cause(), "the first cause: " + started.cause());
        return;
      }
    }
  }

  private void everyComponentReachesStopped(String name) {
    ComponentLifecycle component = schedule.stage.conductor().component(name);
    that(component.state() == ComponentState.STOPPED, name + " is " + component.state());
    that(component.stopped().succeeded(), name + " told that it has stopped");
  }

  private void everyPartIsAskedForWhatItIsDue(String name) {
    List<String> expected = new ArrayList<>();
    if (place(name, ComponentStarting.class) != null) {
      expected.add("start");
    }
    if (place(name, ComponentStarted.class) != null) {
      expected.add("announce");
    }
    if (place(name, ComponentDraining.class) != null) {
      expected.add("drain");
    }
    if (place(name, ComponentReleasing.class) != null) {
      expected.add("release");
    }
    expected.add("leave");
    List<String> calls = new ArrayList<>(schedule.stage.handle(name).calls);
    if (calls.remove("cut")) {
      that(place(name, ComponentDraining.class) != null, name + " was cut without a drain");
    }
    that(calls.equals(expected), name + " was asked for " + calls + ", not " + expected);
  }

  private void startsWhenItsDependenciesRunAndNeverAfterTheStop(String name) {
    Integer starting = place(name, ComponentStarting.class);
    if (starting == null) {
      return;
    }
    that(starting < whole.get(StopBegan.class), name + " started after the stop began");
    long ready = events.get(whole.get(StartBegan.class)).at();
    for (String need : schedule.graph.dependenciesOf(name)) {
      Integer running = place(need, ComponentStarted.class);
      that(running != null && running < starting, name + " started before " + need);
      Integer asked = place(need, ComponentStopAsked.class);
      that(asked == null || starting < asked, name + " started on " + need + ", which stops");
      ready = Math.max(ready, events.get(running).at());
    }
    that(events.get(starting).at() == ready, name + " started late");
    Integer started = place(name, ComponentStarted.class);
    that(started == null || started < whole.get(StopBegan.class), name + " ran after the stop");
    Integer failed = place(name, ComponentStartFailed.class);
    Integer asked = failed == null ? place(name, ComponentStopAsked.class) : failed;
    LifecycleEvent end = events.get(started == null ? asked : started);
    that(
        end.at() - ready <= schedule.times.get(name).startTimeout().toNanos(),
        name + " started longer than its startTimeout");
  }

  private void dependentsStopFirst(String name) {
    Integer first = place(name, ComponentDraining.class);
    if (first == null) {
      first = place(name, ComponentReleasing.class);
    }
    if (first == null) {
      return;
    }
    for (String dependent : schedule.graph.dependentsOf(name)) {
      if (place(dependent, ComponentStarting.class) != null) {
        Integer stopped = place(dependent, ComponentStopped.class);
        that(stopped != null && stopped < first, name + " stops before " + dependent);
      }
    }
  }

  private void drainsAtOnceAndAsLongAsItMay(String name) {
    ComponentDraining draining = find(name, ComponentDraining.class);
    if (draining == null) {
      return;
    }
    long due = find(name, ComponentStopAsked.class).at();
    for (String dependent : schedule.graph.dependentsOf(name)) {
      ComponentStopped stopped = find(dependent, ComponentStopped.class);
      due = stopped == null ? due : Math.max(due, stopped.at());
    }
    that(draining.at() == due, name + " drains late");
    that(
        place(name, ComponentStarted.class) == null
            || schedule.announced.contains(name)
            || place(name, ComponentStopAsked.class) < whole.get(AnnounceEnded.class),
        name + " did not hear of the stop in time");
    int starts = draining.inFlight() - schedule.stage.handle(name).inFlight.size();
    boolean awaited = startIsAwaited(name) && started(name) > draining.at();
    boolean answers = startIsAwaited(name) && started(name) == draining.at(); // at that moment
    that(starts == (awaited ? 1 : 0) || (answers && starts == 1), name + " tells the work");

    Duration own = schedule.times.get(name).drainTimeout();
    that(
        own == null || draining.atMost().toNanos() <= Math.max(own.toNanos(), moment(name)),
        name + " drains beyond its own");
    long until = draining.at() + draining.atMost().toNanos();
    Escalated escalated = find(Escalated.class);
    if (escalated != null) {
      until = Math.max(draining.at() + moment(name), Math.min(until, escalated.at()));
    }
    long releasing = find(name, ComponentReleasing.class).at();
    long itself = drained(name);
    that(releasing == Math.min(itself, until), name + " released at the wrong moment");
    boolean cut = schedule.stage.handle(name).calls.contains("cut");
    that(!cut || itself >= until, name + " was cut although it had drained");
    that(cut || itself <= until, name + " was not cut although it had not drained");
  }

  /** Of a component that is asked to stop while it starts; its own timeout gives a start up. */
  private boolean startIsAwaited(String name) {
    return place(name, ComponentStarted.class) == null
        && place(name, ComponentStartFailed.class) == null;
  }

  /** The least that a drain gets. */
  private long moment(String name) {
    Duration half = schedule.times.get(name).releaseTimeout().dividedBy(2);
    return Math.min(half.toNanos(), ComponentLifecycle.MOMENT.toNanos());
  }

  private static long end(long begin, Step step) {
    return begin == Long.MAX_VALUE || step.lasts() == null
        ? Long.MAX_VALUE
        : begin + step.lasts().toNanos();
  }

  /** When the start answers. */
  private long started(String name) {
    return end(find(name, ComponentStarting.class).at(), schedule.stage.handle(name).start);
  }

  /** Whether there is anything to drain but work: not if the start failed, or was given up. */
  private boolean playsDrain(String name) {
    return place(name, ComponentDraining.class) != null
        && place(name, ComponentStartFailed.class) == null
        && schedule.stage.handle(name).start.failure() == null;
  }

  /** When the drain answers. */
  private long drained(String name) {
    long from = find(name, ComponentDraining.class).at();
    if (startIsAwaited(name)) {
      from = Math.max(from, started(name));
    }
    return playsDrain(name) ? end(from, schedule.stage.handle(name).drain) : from;
  }

  /** When the start, and the drain if it is one that holds up, have answered. */
  private long releaseCanBegin(String name) {
    boolean drains = schedule.stage.handle(name).holdsUp && playsDrain(name);
    return Math.max(started(name), drains ? drained(name) : 0);
  }

  private void neverEatsTheReservesBelow(String name) {
    ComponentReleasing releasing = find(name, ComponentReleasing.class);
    if (releasing == null) {
      return;
    }
    ComponentStopAsked asked = find(name, ComponentStopAsked.class);
    StopBegan whole = find(StopBegan.class);
    long from = asked == null ? whole.at() : Math.min(asked.at(), whole.at());
    long latest = from + schedule.stopTimeout.minus(schedule.reserves(name)).toNanos();
    that(releasing.at() <= latest + moment(name), name + " drained into the reserves below it");
    long reserve = schedule.times.get(name).releaseTimeout().toNanos();
    long until = latest + reserve;
    long may = until - releasing.at();
    that(
        releasing.atMost().toNanos()
            == (isEscalatedBefore(releasing) ? Math.min(reserve, may) : may),
        name + " may release until the reserves below it, or for its own, no less and no more");
    that(find(name, ComponentStopped.class).at() <= until, name + " released too long");
  }

  private boolean isEscalatedBefore(LifecycleEvent event) {
    Integer escalated = whole.get(Escalated.class);
    return escalated != null && escalated < events.indexOf(event);
  }

  private void itsOutcomeIsTrue(String name) {
    ComponentStopped stopped = find(name, ComponentStopped.class);
    if (stopped == null) {
      return;
    }
    FakeHandle handle = schedule.stage.handle(name);
    ComponentReleasing releasing = find(name, ComponentReleasing.class);
    boolean cut = handle.calls.contains("cut");
    boolean drainFailed = playsDrain(name) && !cut && handle.drain.failure() != null;
    long canBegin = releaseCanBegin(name);
    long released = end(Math.max(canBegin, releasing.at()), handle.release);
    boolean heldUp =
        stopped.failure() != null && stopped.failure().getMessage().contains("could not begin");
    if (heldUp || stopped.outcome() == Outcome.TIMED_OUT) {
      that(released >= stopped.at(), name + " was given up after its release");
      long atMost = releasing.atMost().toNanos();
      long reserve = Math.min(atMost, schedule.times.get(name).releaseTimeout().toNanos());
      long lasted = stopped.at() - releasing.at();
      Escalated escalated = find(Escalated.class);
      boolean forced =
          isEscalatedBefore(stopped)
              && escalated != null
              && lasted == Math.max(reserve, escalated.at() - releasing.at());
      that(
          lasted == atMost || forced || (lasted == reserve && canBegin >= stopped.at()),
          name + " was given up at the wrong moment");
      Outcome without = cut ? Outcome.CUT : Outcome.FAILED; // the latter of a start given up
      that(!heldUp || stopped.outcome() == without, name + " was held up and " + stopped.outcome());
      that(!heldUp || canBegin >= stopped.at(), name + " was not held up");
    } else {
      that(stopped.at() == released, name + " released as told");
      boolean failed = drainFailed || handle.release.failure() != null;
      Outcome expected = cut ? Outcome.CUT : failed ? Outcome.FAILED : Outcome.CLEAN;
      that(
          stopped.outcome() == expected, name + " ended " + stopped.outcome() + " not " + expected);
    }
    int least = cut ? Math.max(1, handle.inFlight.size()) : 0;
    boolean startCut = cut && started(name) >= releasing.at() && startIsAwaited(name);
    that(
        stopped.cut().size() == least
            || (startCut && stopped.cut().size() == handle.inFlight.size() + 1),
        name + " tells what was cut");
    that(
        !startCut
            || started(name) == releasing.at()
            || stopped.cut().stream().anyMatch(work -> work.what().equals("start")),
        name + " names a start that was cut");
    that(stopped.cut().equals(releasing.cut()), name + " tells it twice alike");
    Throwable failure = stopped.failure();
    that(!drainFailed || failure == handle.drain.failure(), name + " keeps the first failure");
  }

  private void allStopsInTime() {
    long took = find(Stopped.class).at() - find(StopBegan.class).at();
    that(took <= schedule.stopTimeout.toNanos(), "the stop took " + took / 1e6 + " ms");
    for (String name : schedule.graph.startOrder()) {
      ComponentStopAsked asked = find(name, ComponentStopAsked.class);
      if (asked != null) {
        long alone = find(name, ComponentStopped.class).at() - asked.at();
        that(alone <= schedule.stopTimeout.toNanos(), name + " took " + alone / 1e6 + " ms");
      }
    }
  }

  private void nothingDrainsAfterAnEscalation() {
    Integer escalated = whole.get(Escalated.class);
    if (escalated == null) {
      return;
    }
    long at = events.get(escalated).at();
    for (String name : schedule.graph.startOrder()) {
      ComponentDraining draining = find(name, ComponentDraining.class);
      if (draining != null) {
        long released = find(name, ComponentReleasing.class).at();
        that(released <= Math.max(at, draining.at() + moment(name)), name + " drained on");
      }
    }
  }

  private void theFailureNamesThoseThatDidNotStopWell() {
    List<String> named = new ArrayList<>();
    for (String name : schedule.graph.startOrder()) {
      ComponentStopped stopped = find(name, ComponentStopped.class);
      if (stopped != null && stopped.outcome() != Outcome.CLEAN) {
        named.add("\"" + name + "\" " + stopped.outcome());
      }
    }
    StopFailedException failure = schedule.stage.conductor().stopFailure();
    that((failure == null) == named.isEmpty(), "a failure if any: " + failure);
    named.forEach(one -> that(failure.getMessage().contains(one), failure + " lacks " + one));
  }
}
