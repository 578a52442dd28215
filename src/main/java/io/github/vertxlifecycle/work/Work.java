package io.github.vertxlifecycle.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work in flight, from {@link WorkTracker#admit} to {@link #done()}.
 *
 * <p>Thread-safe: it may end on another thread than it began on, and ending it twice is ending it
 * once.
 */
@SuppressWarnings("UnusedVariable") // fields that are read through handles
public sealed class Work permits TracedWork {

  /** In flight; nobody waits for it. */
  private static final int LIVE = 0;

  /** In flight; a tracker that wants to be empty waits for it. */
  private static final int AWAITED = 1;

  private static final int DONE = 2;

  private static final VarHandle STATE = field("state", int.class);
  private static final VarHandle OLDER = field("older", Work.class);
  private static final VarHandle NAME = field("name", Object.class);
  private static final VarHandle PEER = field("peer", Object.class);

  /** Null for the mark that closes a stack. */
  private final @Nullable WorkTracker tracker;

  final long since;

  /** How many pieces the tracker had admitted, this one included. Set before publication. */
  long number;

  // Plain in the constructor, where a volatile write would cost a fence each: the tracker publishes
  // the piece with a compare-and-set. Later on through the handles only.
  private @Nullable Work older;
  private Object name;
  private @Nullable Object peer;
  private int state;

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

  /** The next older piece that may be in flight. */
  @Nullable Work older() {
    return (Work) OLDER.getAcquire(this);
  }

  /** For {@link WorkTracker} alone, when it pushes this piece or sweeps below it. */
  void linkTo(@Nullable Work next) {
    OLDER.setRelease(this, next);
  }

  /**
   * Gives the work a better name, once it is known: a request's route, say.
   *
   * @param betterName any object; its {@code toString} is called when somebody looks
   */
  public final void rename(Object betterName) {
    NAME.setRelease(this, betterName);
  }

  /** Ends this work. Whoever waits for the last one goes on in this very call. */
  public final void done() {
    int before = (int) STATE.getAndSet(this, DONE);
    if (before != DONE) {
      PEER.setRelease(this, null);
      if (before == AWAITED && tracker != null) {
        tracker.awaitedDone();
      }
    }
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

  /** True if the work is in flight and was not awaited before; from now on it is. */
  boolean await() {
    return STATE.compareAndSet(this, LIVE, AWAITED);
  }

  /** Where it was admitted, innermost call first; empty if that was not captured. */
  List<StackTraceElement> origin() {
    return List.of();
  }

  WorkInFlight seen(long now) {
    Object where = PEER.getAcquire(this);
    return new WorkInFlight(
        text(NAME.getAcquire(this)),
        where == null ? null : text(where),
        Math.max(0, now - since),
        origin());
  }

  /** Whoever looks is about to end a stop, so a name that cannot be written must not keep it. */
  private static String text(Object said) {
    try {
      return String.valueOf(said.toString());
    } catch (RuntimeException e) {
      return said.getClass().getName() + " (its toString failed: " + e + ")";
    }
  }
}
