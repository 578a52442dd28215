package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.FinishedWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One component's way through {@link ComponentState}.
 *
 * <p>The conductor's executor alone touches the fields, but for {@code state} and {@code reason},
 * which anybody may read. Each asynchronous step carries the state it belongs to, so an answer that
 * comes after its deadline finds the component in another state and is dropped.
 *
 * <p>What was begun is waited for like work in flight, a start under way and a drain that has not
 * answered included, and the release begins when it has ended. At the deadline whatever has not
 * ended is cut: nothing is clean that is not known to have ended.
 */
final class ComponentLifecycle {

  /**
   * The least that any drain gets, even a second signal's: time for its thread to come to it, so
   * that one with nothing to wait for is not taken for one that hangs.
   */
  static final Duration MOMENT = Duration.ofMillis(100);

  /** How much of the work that ended in its drain a component tells of. */
  private static final int MOST_FINISHED = 3;

  private final Conductor conductor;
  private final ComponentLimits plan;
  private final ComponentHandle handle;
  private final Promise<Void> stopped = Promise.promise();

  private volatile ComponentState state = ComponentState.NEW;
  private volatile @Nullable StopReason reason;

  private int dependenciesToStart;
  private int dependentsToStop;
  private boolean announced;
  private @Nullable Deadline stopDeadline;
  private boolean endingIdle;
  private long drainingSince;
  private @Nullable Future<?> drained;
  private Clock.@Nullable Timer timer;
  private List<CutWork> cut = List.of();
  private @Nullable Throwable failure;
  private @Nullable Outcome outcome;
  private boolean lost;
  private boolean onBorrowedTime;

  ComponentLifecycle(
      Conductor conductor,
      ComponentLimits plan,
      ComponentHandle handle,
      int dependencies,
      int dependents) {
    this.conductor = conductor;
    this.plan = plan;
    this.handle = handle;
    this.dependenciesToStart = dependencies;
    this.dependentsToStop = dependents;
  }

  String name() {
    return plan.name();
  }

  ComponentLimits limits() {
    return plan;
  }

  ComponentState state() {
    return state;
  }

  ComponentHandle handle() {
    return handle;
  }

  /** Why it was asked to stop; null while it was not. */
  @Nullable StopReason reason() {
    return reason;
  }

  /** Completes, never fails, once the component has stopped. */
  Future<Void> stopped() {
    return stopped.future();
  }

  /** How it stopped; null before, and for a component that never started. */
  @Nullable Outcome outcome() {
    return outcome;
  }

  /** Whether its release has not ended, so that nobody should wait for it any more. */
  boolean isLost() {
    return lost;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  List<CutWork> cutWork() {
    return cut;
  }

  /** The one place where the state changes. */
  private void transition(ComponentState next) {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    state = next;
  }

  /** The next step belongs to this state and to no later one. */
  private void within(ComponentState step, Duration limit, Runnable whenPassed) {
    timer = conductor.clock().after(limit, () -> conductor.turn(() -> ifStill(step, whenPassed)));
  }

  private <T> void then(ComponentState step, Future<T> future, StepAnswer next) {
    future.onComplete(answer -> conductor.turn(() -> ifStill(step, () -> next.with(answer))));
  }

  private void ifStill(ComponentState step, Runnable task) {
    if (state == step) {
      task.run();
    }
  }

  private interface StepAnswer {
    void with(AsyncResult<?> answer);
  }

  // ── start ──────────────────────────────────────────────────────────────────────────────────────

  void dependencyStarted() {
    dependenciesToStart--;
    startIfReady();
  }

  void startIfReady() {
    if (state == ComponentState.NEW && dependenciesToStart == 0) {
      transition(ComponentState.STARTING);
      conductor.emit(new LifecycleEvent.ComponentStarting(conductor.now(), name()));
      within(ComponentState.STARTING, plan.startTimeout(), this::startTimedOut);
      handle.start().onComplete(answer -> conductor.turn(() -> startEnded(answer)));
    }
  }

  private void startEnded(AsyncResult<?> answer) {
    if (answer.failed()) {
      if (state == ComponentState.STARTING) {
        startFailed(answer.cause());
      } else {
        conductor.abandonedStartFailed(this, answer.cause());
      }
    } else if (state == ComponentState.STARTING) {
      transition(ComponentState.RUNNING);
      conductor.emit(new LifecycleEvent.ComponentStarted(conductor.now(), name()));
      conductor.componentStarted(this);
    }
  }

  private void startTimedOut() {
    handle.giveUpStart();
    Throwable problem = handle.startProblem();
    startFailed(
        new StartFailedException(
            "it did not start within %s%s; fix what it waits for or raise %s.startTimeout"
                .formatted(Durations.format(plan.startTimeout()), lastTry(problem), name()),
            problem));
  }

  private void startFailed(Throwable cause) {
    conductor.emit(new LifecycleEvent.ComponentStartFailed(conductor.now(), name(), cause));
    if (handle.inFlight() == 0) {
      reason = new StopReason(StopReason.Kind.FAILED_START, "start of \"" + name() + "\" failed");
      stopDeadline = conductor.stopBy();
      cut = described(handle.lost());
      release();
    }
    conductor.componentFailedToStart(this, cause); // asks all to stop, this one too if it has work
  }

  /** Goes on after "it did not start within 5 s". */
  static String lastTry(@Nullable Throwable problem) {
    return problem == null ? "" : ", its last try failed: " + message(problem);
  }

  static String message(Throwable problem) {
    return FailureText.of(problem);
  }

  // ── stop ───────────────────────────────────────────────────────────────────────────────────────

  void announce() {
    if (!announced && state == ComponentState.RUNNING) {
      announced = true;
      handle.announce();
    }
  }

  /** Asks for the stop. Only the first call counts. */
  void stop(StopReason why, Deadline deadline) {
    if (reason != null) {
      return;
    }
    reason = why;
    stopDeadline = deadline;
    switch (state) {
      case NEW -> {
        transition(ComponentState.STOPPED);
        ended();
      }
      case STARTING -> {
        conductor.emit(new LifecycleEvent.ComponentStopAsked(conductor.now(), name(), why));
        drain();
      }
      case RUNNING -> {
        announce();
        transition(ComponentState.WAITING);
        conductor.emit(new LifecycleEvent.ComponentStopAsked(conductor.now(), name(), why));
        drainIfReady();
      }
      case WAITING, DRAINING, RELEASING, STOPPED -> {}
    }
  }

  void dependentStopped() {
    dependentsToStop--;
    drainIfReady();
  }

  private void drainIfReady() {
    if (state == ComponentState.WAITING && dependentsToStop == 0) {
      drain();
    }
  }

  private void drain() {
    transition(ComponentState.DRAINING);
    Duration limit = drainLimit();
    drainingSince = conductor.now();
    int inFlight = handle.inFlight();
    Future<?> asked = handle.drain(); // before anybody hears of it, so that nothing new comes after
    drained = asked;
    conductor.emit(new LifecycleEvent.ComponentDraining(conductor.now(), name(), inFlight, limit));
    within(ComponentState.DRAINING, limit, this::drainCut);
    then(ComponentState.DRAINING, asked, this::drainEnded);
  }

  private Duration drainLimit() {
    Duration limit =
        conductor.escalated() || stopDeadline == null
            ? Duration.ZERO
            : stopDeadline.minus(plan.reserves()).left(conductor.now());
    Duration own = plan.drainTimeout();
    return longer(moment(), own == null ? limit : shorter(own, limit));
  }

  /** Of its own reserve, if the budget has nothing else left. */
  private Duration moment() {
    return shorter(MOMENT, half(plan.releaseTimeout()));
  }

  /** Without the big numbers of {@link Duration#dividedBy}. */
  private static Duration half(Duration whole) {
    return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(whole) / 2);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void drainEnded(AsyncResult<?> answer) {
    if (answer.failed()) {
      failure = answer.cause();
    }
    boolean lostThread = failure instanceof LostThreadException; // what it had in flight as well
    cut = described(lostThread ? handle.cut() : handle.lost());
    release();
  }

  /**
   * Ends the drain now, with whatever is still in flight. Its answer may be on the way, if its last
   * work ended in this instant.
   */
  private void drainCut() {
    Future<?> asked = drained;
    if (asked != null && asked.isComplete()) {
      drainEnded(asked);
      return;
    }
    if (!endingIdle && handle.endIdleDrain()) {
      endingIdle = true;
      within(ComponentState.DRAINING, moment(), this::drainCut);
      return;
    }
    List<CutWork> left = described(handle.cut());
    if (left.isEmpty() && asked != null && asked.isComplete()) {
      drainEnded(asked);
      return;
    }
    Duration age = Duration.ofNanos(conductor.now() - drainingSince);
    cut = left.isEmpty() ? List.of(new CutWork("drain", age)) : left;
    release();
  }

  private static List<CutWork> described(List<WorkInFlight> work) {
    if (work.isEmpty()) {
      return List.of();
    }
    return work.stream()
        .map(one -> new CutWork(one.label(), Duration.ofNanos(one.ageNanos()), one.origin()))
        .toList();
  }

  void escalate() {
    if (state == ComponentState.DRAINING) {
      if (timer != null) {
        timer.cancel();
      }
      Duration rest = moment().minusNanos(conductor.now() - drainingSince);
      if (rest.isNegative() || rest.isZero()) {
        drainCut();
      } else {
        within(ComponentState.DRAINING, rest, this::drainCut);
      }
    } else if (state == ComponentState.RELEASING && onBorrowedTime) {
      releaseTimedOut();
    }
  }

  private void release() {
    transition(ComponentState.RELEASING);
    Duration limit = releaseLimit();
    conductor.emit(
        new LifecycleEvent.ComponentReleasing(conductor.now(), name(), cut, limit, finished()));
    Duration reserved = shorter(plan.releaseTimeout(), limit);
    within(ComponentState.RELEASING, reserved, () -> reserveUsedUp(limit.minus(reserved)));
    then(
        ComponentState.RELEASING,
        handle.release(),
        answer -> {
          if (answer.failed()) {
            addFailure(answer.cause());
          }
          releaseEnded(
              !cut.isEmpty() ? Outcome.CUT : failure != null ? Outcome.FAILED : Outcome.CLEAN);
        });
  }

  private List<FinishedWork> finished() {
    List<WorkInFlight> longest = handle.longestEnded();
    if (longest.isEmpty()) {
      return List.of();
    }
    return longest.stream()
        .map(one -> new FinishedWork(one.label(), Duration.ofNanos(one.ageNanos())))
        .sorted(Comparator.comparing(FinishedWork::took).reversed())
        .limit(MOST_FINISHED)
        .toList();
  }

  /**
   * All that the budget has, but for the reserves of those that come after; its own reserve if a
   * second signal came.
   */
  private Duration releaseLimit() {
    Deadline end = stopDeadline == null ? conductor.stopBy() : stopDeadline;
    Duration after = plan.reserves().minus(plan.releaseTimeout());
    Duration left = end.minus(after).left(conductor.now());
    Duration limit = conductor.escalated() ? shorter(plan.releaseTimeout(), left) : left;
    return longer(limit, half(plan.releaseTimeout())); // even if timers have come late
  }

  /**
   * What was reserved is used up. The release goes on with what the budget has left, unless it
   * could not even begin: the step before it, which was cut, gets no more time in this way.
   */
  private void reserveUsedUp(Duration more) {
    if (more.isZero() || conductor.escalated() || handle.heldUpBy() != null) {
      releaseTimedOut();
    } else {
      onBorrowedTime = true;
      within(ComponentState.RELEASING, more, this::releaseTimedOut);
    }
  }

  private void releaseTimedOut() {
    lost = true;
    String step = handle.heldUpBy();
    if (step == null) {
      String nested = handle.releaseHeldUpBy();
      if (nested != null) {
        addFailure(new VertxException(nested + " has not ended", true));
      }
      releaseEnded(Outcome.TIMED_OUT);
    } else {
      addFailure(new VertxException(step + " has not ended, so the release could not begin", true));
      releaseEnded(cut.isEmpty() ? Outcome.FAILED : Outcome.CUT);
    }
  }

  private void addFailure(Throwable another) {
    failure = JoinedFailures.join(failure, another);
  }

  private void releaseEnded(Outcome how) {
    outcome = how;
    transition(ComponentState.STOPPED);
    conductor.emit(new LifecycleEvent.ComponentStopped(conductor.now(), name(), how, cut, failure));
    ended();
  }

  private void ended() {
    handle.leave();
    stopped.complete();
    conductor.componentStopped(this);
  }
}
