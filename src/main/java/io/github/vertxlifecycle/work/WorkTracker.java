package io.github.vertxlifecycle.work;

import io.github.vertxlifecycle.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and names work in flight, and reports when there is none.
 *
 * <h2>How it works</h2>
 *
 * Admitted work is pushed on a linked stack, newest first: one compare-and-set of the head. Work
 * that ends marks itself: one get-and-set of its own state. Nothing else is atomic on either way,
 * there is no lock and no counter beside the stack: the number of admissions rides in the head.
 *
 * <p>Ended work stays linked until a sweep takes it out. An admission sweeps when as many units
 * have been admitted since the last sweep as were in flight then (and at least {@value
 * #SWEEP_EVERY}), so sweeping costs amortised constant time, and what lingers is bounded by the
 * work in flight. Sweeps may race with each other and with readers: each one only makes a link skip
 * units that have ended, for good, so the worst that a lost race does is to leave such a unit
 * linked until the next sweep.
 *
 * <p>To wait until there is none, a round marks all that is in flight as awaited and counts it; the
 * end of the last of them starts the next round, which looks for work admitted meanwhile. When a
 * round finds none, it closes the stack with one compare-and-set that fails if anything was
 * admitted since the round began. So "there is none" and "none can come" become true in the same
 * instant, and {@code whenNone} runs in the call that ended the last unit.
 *
 * <h2>Sources</h2>
 *
 * Work that begins and ends a hundred thousand times a second should not even pay that much, for
 * somebody who looks once a minute. So a {@link WorkSource} keeps its work to itself, in fields
 * that one thread writes, and is asked for it. The proof above needs all work on the stack, and
 * whoever waits for none first asks each source to hand over, once and for all. The order of events
 * makes that part of the proof:
 *
 * <ol>
 *   <li>A hold is pushed for the source: from here on no round finds the stack empty.
 *   <li>The source is asked. Each of its threads, in a turn of its own, pushes its work and from
 *       then on lets new work begin by {@link #count}.
 *   <li>When all have done so, the hold ends. A round that this begins finds all that was handed
 *       over and has not ended; work that came since is on the stack, or was refused because the
 *       stack was closed.
 * </ol>
 *
 * A source that is attached later is asked at once, before it has any work. Who lists work looks at
 * the stack, then at the sources, and again if work went from one to the other meanwhile, so that
 * no unit is listed twice or not at all; what was found is named afterwards, when nobody waits.
 *
 * <p>A closed flag and a count that change in one atomic step are jooby's idea ({@code
 * GracefulShutdownHandler}); the lock-free stack is Treiber's (IBM RJ 5118, 1986). There is no ABA
 * problem because a unit of work is never pushed twice.
 */
public final class WorkTracker {

  static final int SWEEP_EVERY = 64;

  private final Clock clock;
  private final AtomicReference<@Nullable Work> head = new AtomicReference<>();

  /** Incremented for refused work only: admitted work pays nothing for this counter. */
  private final LongAdder refused = new LongAdder();

  private final LongAdder faulty = new LongAdder();

  /** Entries pushed that do not count as work, or that a source has counted. */
  private final LongAdder held = new LongAdder();

  /** Work that has ended without what it was for, until somebody asks. */
  private final Queue<WorkInFlight> lost = new ConcurrentLinkedQueue<>();

  /** Of a drain; no work in service comes near it. */
  private final LongestEnded longest = new LongestEnded();

  /** Null for a tracker without any. */
  private volatile @Nullable WorkSources sources;

  private volatile boolean refusing;
  private volatile boolean gracesEnded;

  /** Whether sources are to hand over. */
  private volatile boolean handingOver;

  private volatile boolean watching;

  /** Set before the first admission, so it need not be volatile. */
  private boolean capturing;

  /**
   * When to sweep next, as a number of admissions. Racy on purpose: a sweep too many is harmless.
   */
  private long sweepAt = SWEEP_EVERY;

  /** The current round of {@link #whenNone}; null before the first. */
  private volatile @Nullable Round round;

  /**
   * Makes a tracker that has admitted nothing.
   *
   * @param clock tells the age of work
   */
  public WorkTracker(Clock clock) {
    this.clock = clock;
  }

  /**
   * Admits new work.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @return the work, to be ended by the caller; null if no new work is taken
   */
  public @Nullable Work admit(Object name, @Nullable Object peer) {
    if (refusing) {
      countRefused();
      return null;
    }
    return count(name, peer);
  }

  /**
   * Counts work that has begun, even while new work is refused: most often a part of work admitted
   * before.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @return the work, to be ended by the caller; null if the tracker is closed
   */
  public @Nullable Work count(Object name, @Nullable Object peer) {
    return count(name, peer, clock.nanos());
  }

  /**
   * Counts work whose beginning is known, which saves a look at the clock.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @param since when it began, by this tracker's clock
   * @return the work, to be ended by the caller; null if the tracker is closed
   */
  public @Nullable Work count(Object name, @Nullable Object peer, long since) {
    Work work = push(made(name, peer, since));
    if (work == null) {
      countRefused();
    }
    return work;
  }

  /**
   * Counts work that has begun, for a caller who knows somebody else to count it.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @return the work, to be ended by the caller; null, and not counted as refused, if the tracker
   *     is closed
   */
  public @Nullable Work tryCount(Object name, @Nullable Object peer) {
    return push(made(name, peer, clock.nanos()));
  }

  /** Counts work that nobody takes or counts. */
  public void countRefused() {
    refused.increment();
  }

  /**
   * Makes a stop wait for something that is no work itself, a client that may still send a request,
   * say. The hold is in flight like work, but neither {@link #admitted()} nor {@link #refused()}
   * counts it.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @return the hold, to be ended by the caller; null if the tracker is closed
   */
  public @Nullable Work hold(Object name, @Nullable Object peer) {
    return held(push(made(name, peer, clock.nanos())));
  }

  /**
   * Makes a stop wait for something that owes nothing and is owed nothing: a client that is let go
   * on for a while out of courtesy. It is a hold, but a deadline that overtakes it has cut nothing.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @return the hold, to be ended by the caller; null if no more courtesy is shown
   */
  public @Nullable Work grace(Object name, @Nullable Object peer) {
    return gracesEnded ? null : held(push(made(name, peer, clock.nanos()).asGrace()));
  }

  // ── sources ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Asks a source for the work in flight that it knows, from now on: for lists and counts, and to
   * hand it over when a drain begins, or when the tracker is to be empty or closed. If that has
   * come already, the source is asked to hand over within this call. Not for several threads at
   * once.
   *
   * @param source has no work yet
   */
  public void attach(WorkSource source) {
    WorkSources all = sources;
    if (all == null) {
      all = new WorkSources(this::holdForSource);
      sources = all;
      if (handingOver) {
        all.askAll();
      }
    }
    all.add(source);
  }

  private Runnable holdForSource() {
    Work told = held(push(made("work of a thread that is busy", null, clock.nanos()).asUntold()));
    return told == null ? () -> {} : told::done;
  }

  private void askSources() {
    handingOver = true;
    WorkSources all = sources;
    if (all != null) {
      all.askAll();
    }
  }

  /**
   * Lets a source hand over its work, so that nobody who looks sees a part of it twice or not at
   * all.
   *
   * @param work calls {@link #takeOver} for each unit, and forgets it
   */
  public void handOver(Runnable work) {
    WorkSources all = sources;
    if (all == null) {
      throw new IllegalStateException("there is no source that could hand over; attach it first");
    }
    all.handOver(work);
  }

  /**
   * Takes over a unit of work that a source has counted.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param peer on whose behalf, or null
   * @param since when it began, by this tracker's clock
   * @return the work, to be ended by the caller; null if the tracker is closed: the source goes on
   *     showing it
   */
  public @Nullable Work takeOver(Object name, @Nullable Object peer, long since) {
    return held(push(made(name, peer, since)));
  }

  private @Nullable Work held(@Nullable Work work) {
    if (work != null) {
      held.increment();
    }
    return work;
  }

  private Work made(Object name, @Nullable Object peer, long since) {
    return capturing ? new TracedWork(this, name, peer, since) : new Work(this, name, peer, since);
  }

  private @Nullable Work push(Work work) {
    Work top;
    do {
      top = head.get();
      if (top != null && top.isMark()) {
        return null;
      }
      work.linkTo(top);
      work.number = top == null ? 1 : top.number + 1;
    } while (!head.compareAndSet(top, work));
    if (watching) {
      work.watch();
    }
    if (work.number >= sweepAt) {
      sweep(work);
    }
    return work;
  }

  private void sweep(Work from) {
    long live = 1;
    Work last = from;
    for (Work work = from.older(); work != null; work = work.older()) {
      if (!work.isDone()) {
        last.linkTo(work);
        last = work;
        live++;
      }
    }
    last.linkTo(null);
    sweepAt = from.number + Math.max(SWEEP_EVERY, live);
  }

  /**
   * From now on each unit of work keeps the stack of its admission. To be called before the first
   * admission; costs nothing unless called.
   */
  public void captureOrigins() {
    capturing = true;
  }

  /**
   * Whether each unit of work keeps the stack of its admission.
   *
   * @return true after {@link #captureOrigins()}
   */
  public boolean capturesOrigins() {
    return capturing;
  }

  /** From now on {@link #admit} admits nothing. Idempotent. */
  public void refuse() {
    refusing = true;
  }

  /**
   * From now on the work that takes longest is remembered when it ends. For a drain: in service an
   * end is not looked at. Sources hand over. Idempotent.
   */
  public void watch() {
    watching = true;
    askSources();
    for (Work work = head.get(); work != null; work = work.older()) {
      work.watch();
    }
  }

  /**
   * The work that took longest among what has ended since {@link #watch()}; what is still in flight
   * is not in it.
   *
   * @return at most {@value LongestEnded#MOST}, the longest first, with what it took as its age
   */
  public List<WorkInFlight> longestEnded() {
    return longest.all();
  }

  /**
   * Whether new work is refused.
   *
   * @return true after {@link #refuse()} and after the end of {@link #whenNone}
   */
  boolean refuses() {
    return refusing;
  }

  /**
   * Runs a task as soon as nothing is in flight, and from that instant on admits nothing. To be
   * called once.
   *
   * @param then runs in this call if nothing is in flight, else in the {@link Work#done()} that
   *     ends the last unit, on the thread of that call
   */
  public void whenNone(Runnable then) {
    wait(new Round(then, null));
  }

  /**
   * Runs a task as soon as nothing is in flight and nothing has followed, and from that instant on
   * admits nothing. What follows a unit of work in the very call that ends it, its caller's next
   * step say, belongs to the same work and must find the tracker open. To be called once.
   *
   * @param then runs in this call if nothing is in flight, else in a turn
   * @param turn runs what it is given after the call in which the last unit ended
   */
  public void whenNone(Runnable then, Executor turn) {
    wait(new Round(then, turn));
  }

  private void wait(Round first) {
    if (round != null) {
      throw new IllegalStateException("whenNone was called before; it can be called once");
    }
    askSources();
    first.look();
  }

  /** Ends all admissions at once, whatever is in flight. Idempotent. */
  public void close() {
    refusing = true;
    askSources();
    while (!closeAt(head.get(), true)) {
      // something was admitted or closed meanwhile; look again
    }
  }

  /**
   * Puts a mark on top of the stack, which ends all admissions.
   *
   * @param top what must be on top now
   * @param keep whether the work in flight stays visible
   * @return true if the stack is closed now
   */
  private boolean closeAt(@Nullable Work top, boolean keep) {
    if (top != null && top.isMark()) {
      return true;
    }
    Work mark = Work.mark(top == null ? 0 : top.number, keep ? top : null);
    return head.compareAndSet(top, mark);
  }

  /** Ends each {@link #grace}, and gives none any more. Idempotent. */
  public void endGraces() {
    gracesEnded = true;
    for (Work work = head.get(); work != null; work = work.older()) {
      if (work.isGrace()) {
        work.done();
      }
    }
  }

  /**
   * The work in flight that is lost if it is cut now: all but each {@link #grace}.
   *
   * @return a fresh list, oldest last
   */
  public List<WorkInFlight> owed() {
    return list(false);
  }

  void addLost(Work work) {
    lost.add(work.seen(clock.nanos()));
  }

  /**
   * The work that has ended by {@link Work#lose()}; each unit is told once.
   *
   * @return a fresh list
   */
  public List<WorkInFlight> takeLost() {
    List<WorkInFlight> taken = new ArrayList<>();
    for (WorkInFlight one = lost.poll(); one != null; one = lost.poll()) {
      taken.add(one);
    }
    return taken;
  }

  void watchedDone(Work work) {
    if (work.isUntold()) {
      return;
    }
    longest.ended(work, clock.nanos());
  }

  void awaitedDone() {
    Round current = round;
    if (current != null) {
      current.oneLess();
    }
  }

  /**
   * The work in flight now, oldest last. Other threads go on meanwhile: a unit that begins or ends
   * during the call may or may not be listed.
   *
   * @return a fresh list
   */
  public List<WorkInFlight> inFlight() {
    return list(true);
  }

  private List<WorkInFlight> list(boolean graces) {
    WorkSources all = sources;
    List<Found> found = all == null ? find(null, graces) : all.look(() -> find(all, graces));
    long now = clock.nanos();
    List<WorkInFlight> seen = new ArrayList<>(found.size());
    found.forEach(one -> seen.add(one.seen(now)));
    if (all != null) {
      seen.sort(Comparator.comparingLong(WorkInFlight::ageNanos));
    }
    return seen;
  }

  /** A unit of work that has not been named yet, which is the application's code and takes time. */
  private record Found(Object name, @Nullable Object peer, long since, @Nullable Work work) {

    WorkInFlight seen(long now) {
      List<StackTraceElement> origin = work == null ? List.of() : work.origin();
      return Work.seen(name, peer, now - since, origin);
    }
  }

  private List<Found> find(@Nullable WorkSources all, boolean graces) {
    List<Found> found = new ArrayList<>();
    Work untold = null;
    for (Work work = head.get(); work != null; work = work.older()) {
      if (!work.isDone()) {
        if (work.isUntold()) {
          untold = work;
        } else if (graces || !work.isGrace()) {
          found.add(new Found(work.name(), work.peer(), work.since, work));
        }
      }
    }
    if (all != null) {
      all.visit((name, peer, since) -> found.add(new Found(name, peer, since, null)));
    }
    if (untold != null && found.isEmpty()) {
      found.add(new Found(untold.name(), null, untold.since, null)); // which is all that is known
    }
    return found;
  }

  /**
   * How many units of work are in flight now.
   *
   * @return the count, taken by walking over them
   */
  public int count() {
    WorkSources all = sources;
    return all == null ? count(null) : all.look(() -> count(all));
  }

  private int count(@Nullable WorkSources all) {
    int count = 0;
    for (Work work = head.get(); work != null; work = work.older()) {
      if (!work.isDone() && !work.isUntold()) {
        count++;
      }
    }
    if (all == null) {
      return count;
    }
    int[] more = {0};
    all.visit((name, peer, since) -> more[0]++);
    return count + more[0];
  }

  /**
   * How many units of work were ever admitted or counted.
   *
   * @return the total
   */
  public long admitted() {
    WorkSources all = sources;
    return all == null ? pushed() : all.look(() -> pushed() + all.admitted());
  }

  private long pushed() {
    Work top = head.get();
    return top == null ? 0 : top.number - held.sum();
  }

  /** Counts a peer that said what makes no sense, and was sent away. */
  public void countFaulty() {
    faulty.increment();
  }

  /**
   * How many peers said what makes no sense.
   *
   * @return the number so far
   */
  public long faulty() {
    return faulty.sum();
  }

  /**
   * How many units of work came when no more were taken.
   *
   * @return the total
   */
  public long refused() {
    return refused.sum();
  }

  /** The top of the stack, for tests that walk it. */
  @Nullable Work newest() {
    return head.get();
  }

  /** Waits for an empty tracker: looks, waits for the work it saw, looks again. */
  private final class Round {

    private final Runnable then;
    private final @Nullable Executor turn;
    private boolean waited;
    private boolean turned;
    private @Nullable Work topBeforeTurn;

    /** Awaited units, one more while the round is looking. */
    private final AtomicLong awaited = new AtomicLong();

    Round(Runnable then, @Nullable Executor turn) {
      this.then = then;
      this.turn = turn;
    }

    void look() {
      round = this;
      while (true) {
        awaited.set(1);
        Work top = head.get();
        long marked = 0;
        for (Work work = top; work != null; work = work.older()) {
          awaited.incrementAndGet(); // first, because the unit may end at once
          if (work.await()) {
            marked++;
          } else {
            awaited.decrementAndGet();
          }
        }
        if (marked > 0) {
          waited = true;
          if (awaited.decrementAndGet() > 0) {
            return; // the last of them looks again
          }
        } else if (turn != null && mayBeFollowed(top)) {
          turned = true;
          topBeforeTurn = top;
          turn.execute(this::look);
          return;
        } else if (closeAt(top, false)) {
          refusing = true;
          then.run();
          return;
        }
      }
    }

    private boolean mayBeFollowed(@Nullable Work top) {
      boolean closed = top != null && top.isMark();
      return waited && !closed && !(turned && top == topBeforeTurn);
    }

    void oneLess() {
      if (awaited.decrementAndGet() == 0) {
        look();
      }
    }
  }
}
