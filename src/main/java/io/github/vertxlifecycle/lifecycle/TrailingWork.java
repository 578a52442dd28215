package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work that a verticle tracks after its own drain has ended, while what belongs together with
 * it, other instances or what is nested, still drains: brought by their work in flight, most often.
 * It is in flight like any other, and so is what begins during the release.
 *
 * <p>Thread-safe.
 */
final class TrailingWork {

  private final Awaited draining;
  private final Awaited releasing;

  /**
   * Makes one to which no work has come.
   *
   * @param capturing whether each unit of work keeps the stack of its admission
   */
  TrailingWork(boolean capturing) {
    draining = new Awaited(capturing);
    releasing = new Awaited(capturing);
  }

  /** Counts work that the drain waits for; null once that has ended. */
  @Nullable Work ofDrain(String what) {
    return draining.count(what);
  }

  /** Counts work that the release waits for; null once that has ended. */
  @Nullable Work ofRelease(String what) {
    return releasing.count(what);
  }

  /** All others have drained. Completes when there is none, and none can come. */
  Future<Void> drained() {
    return draining.none(true);
  }

  /** All others are released. Completes when there is none, and none can come. */
  Future<Void> released() {
    return drained().compose(v -> releasing.none(false));
  }

  /** The drain waits no longer; returns what is in flight. What the release begins is its own. */
  List<WorkInFlight> cut() {
    return draining.cut();
  }

  /** Nobody waits any more. */
  void end() {
    draining.close();
    releasing.close();
  }

  boolean isNone() {
    return inFlight().isEmpty();
  }

  List<WorkInFlight> inFlight() {
    List<WorkInFlight> all = new ArrayList<>(draining.seen().inFlight());
    all.addAll(releasing.seen().inFlight());
    return all;
  }

  List<WorkInFlight> longestEnded() {
    return draining.seen().longestEnded();
  }

  WorkStats stats() {
    return new WorkStats(draining.seen().admitted() + releasing.seen().admitted(), 0, inFlight());
  }

  /** What one step waits for. Most often nothing comes, and there is no tracker for it. */
  private static final class Awaited {

    private static final NextTurn TURN = new NextTurn(null);

    /** Stands for each one that was closed before anything came. */
    private static final WorkTracker NONE = new WorkTracker(SystemClock.instance());

    static {
      NONE.close();
    }

    private final boolean capturing;
    private final Promise<Void> none = Promise.promise();
    private volatile @Nullable WorkTracker tracker; // set by the lock's holder
    private boolean awaited; // lock

    Awaited(boolean capturing) {
      this.capturing = capturing;
    }

    @Nullable Work count(String what) {
      return tracker().tryCount(what, null);
    }

    private synchronized WorkTracker tracker() {
      WorkTracker made = tracker;
      if (made == null) {
        made = new WorkTracker(SystemClock.instance());
        if (capturing) {
          made.captureOrigins();
        }
        tracker = made;
      }
      return made;
    }

    WorkTracker seen() {
      WorkTracker made = tracker;
      return made == null ? NONE : made;
    }

    private synchronized WorkTracker last() {
      if (tracker == null) {
        tracker = NONE;
      }
      return seen();
    }

    private synchronized boolean isAwaitedFirst() {
      boolean first = !awaited;
      awaited = true;
      return first;
    }

    Future<Void> none(boolean watched) {
      if (isAwaitedFirst()) {
        WorkTracker last = last();
        if (last == NONE) {
          none.tryComplete();
        } else {
          if (watched) {
            last.watch();
          }
          last.whenNone(none::tryComplete, TURN);
        }
      }
      return none.future();
    }

    List<WorkInFlight> cut() {
      WorkTracker last = last();
      last.close();
      List<WorkInFlight> left = last.inFlight();
      isAwaitedFirst();
      none.tryComplete();
      return left;
    }

    void close() {
      last().close();
    }
  }
}
