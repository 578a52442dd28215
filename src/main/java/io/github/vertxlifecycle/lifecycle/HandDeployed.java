package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.HandDeployedTimeline;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What somebody deploys by hand beside the application that the launcher runs: lifecycle verticles,
 * and other roots. Nothing depends on them, so they stop after all components; what cannot go on
 * among them stops the application, and how they end counts as for a component.
 *
 * <p>One that ended before the stop of the application began counts as well, unless it ended clean:
 * work that was lost stays lost. Thread-safe.
 */
final class HandDeployed {

  private static final Map<Object, HandDeployed> BY_VERTX = new ConcurrentHashMap<>();

  /** No component's name has it by chance. */
  private static final String MARK = " (deployed by hand)";

  /** Of those that did not end clean: the worst. An application may lose one a minute. */
  private static final int MOST_KEPT = 100;

  /** What their releases have of the end of the time, if that has twice as much. */
  private static final Duration FOR_RELEASES = Duration.ofMillis(1_200);

  /** One of them. */
  interface Member {

    /** What has happened to it. */
    LifecycleTimeline timeline();

    /** One of its components, as it is known beside others. */
    String named(String component);

    /** Stops it by then and has Vert.x forget it; completes then, never fails. */
    Future<?> stop(StopReason reason, Deadline end);

    /** Completes, never fails, when it has stopped, whoever asked for it. */
    Future<?> whenStopped();

    /** Ends its drains at once. */
    void escalate(String by);

    /** Waits no longer for what needs these threads; returns the components that do. */
    Collection<String> giveUp(Collection<Thread> threads);

    /** The virtual threads on which something of it runs. */
    List<Thread> virtualThreads();
  }

  private record Part(HandDeployedTimeline timeline, Set<String> lostOnes) {

    boolean isLost() {
      return lostOnes.contains(timeline.ownName());
    }
  }

  private static final class Entry {
    private final Member member;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Promise<Object> stopped = Promise.promise();

    Entry(Member member) {
      this.member = member;
    }

    List<Part> parts() {
      LifecycleTimeline timeline = member.timeline();
      return timeline.begun().stream()
          .map(
              name ->
                  new Part(
                      new HandDeployedTimeline(
                          member.named(name) + MARK,
                          name,
                          timeline.component(name),
                          timeline.finished(name)),
                      lost))
          .toList();
    }

    /** Completes, never fails. */
    Future<?> stop(StopReason reason, Deadline end) {
      member.stop(reason, end).onComplete(answer -> stopped.tryComplete());
      return stopped.future();
    }

    void giveUp(Collection<Thread> threads) {
      if (lost.addAll(member.giveUp(threads))) {
        member.whenStopped().onComplete(answer -> stopped.tryComplete()); // Vert.x never forgets it
      }
    }
  }

  private final RootVerticle launched;
  private final Object place;
  private final Object lock = new Object();
  private final List<Entry> running = new ArrayList<>(); // lock
  private final List<Part> ended = new ArrayList<>(); // lock
  private boolean closed; // lock
  private @Nullable String escalatedBy; // lock

  private HandDeployed(RootVerticle launched, Object place) {
    this.launched = launched;
    this.place = place;
  }

  /** From now on what is deployed in that Vert.x beside this root is found here. */
  static HandDeployed open(Vertx vertx, RootVerticle launched) {
    Object place = Deployments.place(vertx);
    HandDeployed made = new HandDeployed(launched, place);
    BY_VERTX.put(place, made);
    return made;
  }

  /** Nothing is deployed there any more. */
  void forget() {
    BY_VERTX.remove(place, this);
  }

  /** Those in that Vert.x; null if the launcher runs no application there. */
  static @Nullable HandDeployed in(Vertx vertx) {
    return BY_VERTX.get(Deployments.place(vertx));
  }

  boolean isLaunched(RootVerticle root) {
    return launched == root;
  }

  /**
   * Adds one that is about to start.
   *
   * @throws IllegalStateException if it is too late to stop it in time
   */
  void add(Member member) {
    synchronized (lock) {
      if (closed) {
        throw new IllegalStateException("the application has stopped, so nothing can be deployed");
      }
      running.add(new Entry(member));
    }
    member.whenStopped().onComplete(answer -> gone(member));
  }

  private void gone(Member member) {
    boolean stopping = launched.timeline().application().stopBegan() != null;
    synchronized (lock) {
      for (Entry one : List.copyOf(running)) {
        if (one.member == member) {
          running.remove(one);
          one.parts().stream().filter(part -> counts(part, stopping || closed)).forEach(this::keep);
        }
      }
    }
  }

  /** Of a start that failed, whoever deployed it has heard. */
  private static boolean counts(Part part, boolean stopping) {
    HandDeployedTimeline its = part.timeline();
    return its.outcome() != Outcome.CLEAN || (stopping && its.timeline().startFailure() == null);
  }

  private void keep(Part part) {
    ended.add(part);
    if (ended.size() > MOST_KEPT) {
      Part best = part;
      for (Part one : ended) {
        Outcome its = one.timeline().outcome();
        best = its.orWorse(best.timeline().outcome()) == its ? best : one;
      }
      ended.remove(best);
    }
  }

  /** One of them cannot go on, so the application cannot. */
  void fail(String who, Throwable cause) {
    launched.fail(who + MARK, cause);
  }

  /**
   * Stops all that run, after the components have stopped; nothing is added any more.
   *
   * @param end when they are to have stopped
   * @return completes, never fails, when they have stopped and Vert.x has forgotten them
   */
  Future<?> stop(StopReason reason, Deadline end) {
    List<Entry> all;
    String by;
    synchronized (lock) {
      closed = true;
      all = List.copyOf(running);
      by = escalatedBy;
    }
    if (all.isEmpty()) {
      return Future.succeededFuture();
    }
    Duration left = end.left(SystemClock.instance().nanos());
    Duration half = left.dividedBy(2); // for those whose stop has begun before
    Duration drains = left.minus(half.compareTo(FOR_RELEASES) < 0 ? half : FOR_RELEASES);
    Clock.Timer timer =
        SystemClock.instance().after(drains, () -> escalate("the time for the stop is used up"));
    Future<?> stopped = Future.join(all.stream().map(one -> one.stop(reason, end)).toList());
    if (by != null) {
      escalate(by);
    }
    return stopped.onComplete(answer -> timer.cancel());
  }

  /** Ends the drains of all, now if their stop goes on, else once it begins. */
  void escalate(String by) {
    List<Entry> all;
    synchronized (lock) {
      escalatedBy = by;
      all = closed ? List.copyOf(running) : List.of();
    }
    all.forEach(one -> one.member.escalate(by));
  }

  /** Waits no longer for what needs these threads, which never come back. */
  void giveUp(Collection<Thread> threads) {
    List<Entry> all;
    synchronized (lock) {
      all = List.copyOf(running);
    }
    all.forEach(one -> one.giveUp(threads));
  }

  List<Thread> virtualThreads() {
    synchronized (lock) {
      return running.stream().flatMap(one -> one.member.virtualThreads().stream()).toList();
    }
  }

  /** Those that run, and those that have stopped and count. */
  List<HandDeployedTimeline> timelines() {
    return parts().stream().map(Part::timeline).toList();
  }

  /** The worst outcome, but for what is lost with a thread. */
  Outcome outcome() {
    Outcome worst = Outcome.CLEAN;
    for (Part part : parts()) {
      worst = part.isLost() ? worst : worst.orWorse(part.timeline().outcome());
    }
    return worst;
  }

  private List<Part> parts() {
    synchronized (lock) {
      List<Part> parts = new ArrayList<>(ended);
      running.forEach(one -> parts.addAll(one.parts()));
      return parts;
    }
  }
}
