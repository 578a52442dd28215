package io.github.vertxlifecycle.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work in flight, from {@link WorkTracker#admit} to {@link #done()}.
 *
 * <p>Thread-safe: work may end on another thread than it began on, and a second end has no effect.
 */
@SuppressWarnings("UnusedVariable") // fields that are read through handles
public sealed class Work permits TracedWork {

  /** In flight; no tracker waits for it. */
  private static final int LIVE = 0;

  /** In flight; a tracker that wants to be empty waits for it. */
  private static final int AWAITED = 1;

  private static final int DONE = 2;

  /** In flight; its end is looked at, and no tracker waits for it yet. */
  private static final int WATCHED = 3;

  private static final VarHandle STATE = field("state", int.class);
  private static final VarHandle OLDER = field("older", Work.class);
  private static final VarHandle NAME = field("name", Object.class);
  private static final VarHandle PEER = field("peer", Object.class);

  /** Null for the mark that closes a stack. */
  private final @Nullable WorkTracker tracker;

  final long since;

  /** How many units the tracker had pushed, this one included. Set before publication. */
  long number;

  // Written plainly in the constructor, where each volatile write would cost a fence: the tracker
  // publishes the unit with a compare-and-set. After that, accessed through the handles only.
  private @Nullable Work older;
  private Object name;
  private @Nullable Object peer;
  private int state;
  private boolean grace;
  private boolean untold;

  Work(@Nullable WorkTracker tracker, Object name, @Nullable Object peer, long since) {
    this.tracker = tracker;
    this.name = name;
    this.peer = peer;
    this.since = since;
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Work.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The next older unit that may be in flight. */
  @Nullable Work older() {
    return (Work) OLDER.getAcquire(this);
  }

  /** For {@link WorkTracker} alone, when it pushes this unit or sweeps below it. */
  void linkTo(@Nullable Work next) {
    OLDER.setRelease(this, next);
  }

  /**
   * Gives the work a better name, once it is known: a request's route, say.
   *
   * @param betterName any object; its {@code toString} is called when work in flight is listed
   */
  public final void rename(Object betterName) {
    NAME.setRelease(this, betterName);
  }

  /**
   * Ends this work. If it was the last that a tracker waits for, the waiting task runs in this very
   * call.
   */
  public final void done() {
    int before = (int) STATE.getAndSet(this, DONE);
    if (before != DONE) {
      if (before != LIVE && tracker != null) {
        tracker.watchedDone(this); // before it forgets its peer
      }
      PEER.setRelease(this, null);
      if (before == AWAITED && tracker != null) {
        tracker.awaitedDone();
      }
    }
  }

  /**
   * Ends this work without what it was for, which a deadline of its own has overtaken. A stop names
   * it among what was cut, although nobody cut it.
   */
  public final void lose() {
    if (tracker != null && !isDone()) {
      tracker.addLost(this);
    }
    done();
  }

  /** Marks this unit as one that nobody misses if it is cut. Before publication. */
  Work asGrace() {
    grace = true;
    return this;
  }

  boolean isGrace() {
    return grace;
  }

  /** Marks this unit as one that stands for work which is not known yet. Before publication. */
  Work asUntold() {
    untold = true;
    return this;
  }

  boolean isUntold() {
    return untold;
  }

  /** A mark that closes a stack; never in flight itself. */
  static Work mark(long number, @Nullable Work older) {
    Work mark = new Work(null, "closed", null, 0);
    mark.number = number;
    mark.linkTo(older);
    mark.done();
    return mark;
  }

  boolean isMark() {
    return tracker == null;
  }

  boolean isDone() {
    return (int) STATE.getVolatile(this) == DONE;
  }

  /** Marks the work as awaited. True if it is in flight and was not awaited before. */
  boolean await() {
    return STATE.compareAndSet(this, LIVE, AWAITED) || STATE.compareAndSet(this, WATCHED, AWAITED);
  }

  /** Has the tracker look at its end. */
  void watch() {
    boolean watched = STATE.compareAndSet(this, LIVE, WATCHED);
    assert watched || (int) STATE.getVolatile(this) != LIVE;
  }

  /** Where it was admitted, innermost call first; empty if that was not captured. */
  List<StackTraceElement> origin() {
    return List.of();
  }

  Object name() {
    return NAME.getAcquire(this);
  }

  /** Null once the work has ended, too. */
  @Nullable Object peer() {
    return PEER.getAcquire(this);
  }

  WorkInFlight seen(long now) {
    return seen(name(), peer(), now - since, origin());
  }

  static WorkInFlight seen(
      Object name, @Nullable Object peer, long age, List<StackTraceElement> origin) {
    return new WorkInFlight(text(name), peer == null ? null : text(peer), Math.max(0, age), origin);
  }

  /** A stop lists the work that it cuts, so a name whose toString fails must not hold it up. */
  private static String text(Object value) {
    try {
      return String.valueOf(value.toString());
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      return value.getClass().getName() + " (its toString failed: " + e + ")";
    }
  }
}
