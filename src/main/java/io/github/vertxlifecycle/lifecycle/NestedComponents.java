package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.vertx.Deployments;
import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The lifecycle verticles that one deployment has deployed itself, and what became of them.
 *
 * <p>Their drain is part of the drain of whoever has deployed them: it follows that one's own, so
 * that work in flight there can still use them, and it is over before anything is released. A
 * verticle finds the deployment that it belongs to by the ids of its ancestors, whatever other
 * verticles are between them.
 *
 * <p>Thread-safe.
 */
final class NestedComponents {

  /** Of what was cut or failed in service, each: the first. Some deploy one a minute, in vain. */
  private static final int MOST_KEPT = 100;

  private static final Logger log = LoggerFactory.getLogger(NestedComponents.class);
  private static final Map<String, NestedComponents> BY_DEPLOYMENT = new ConcurrentHashMap<>();

  private final ComponentContext place;
  private final @Nullable NestedComponents above;
  private final Promise<Void> closed = Promise.promise();
  private boolean capturing; // set before anything starts
  private volatile boolean draining;

  // most deploy nothing, so these are made for the first of each; set by the lock's holder
  private volatile @Nullable Set<NestedComponent> deployed;
  private volatile @Nullable Kept kept;
  private volatile @Nullable TrailingWork trailing;
  private boolean toldOfLateWork; // lock

  NestedComponents(ComponentContext place, @Nullable NestedComponents above) {
    this.place = place;
    this.above = above;
  }

  /** What is left of those that have gone, and of what the others had to give up. */
  private record Kept(
      Queue<WorkInFlight> lost,
      Queue<Throwable> failures,
      Map<String, Set<Throwable>> told, // by name
      Queue<WorkInFlight> longestOfGone) {

    Kept() {
      this(
          new ConcurrentLinkedQueue<>(),
          new ConcurrentLinkedQueue<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentLinkedQueue<>());
    }
  }

  private Set<NestedComponent> children() {
    Set<NestedComponent> made = deployed;
    return made == null ? Set.of() : made;
  }

  private synchronized Set<NestedComponent> childrenToAdd() {
    Set<NestedComponent> made = deployed;
    if (made == null) {
      made = ConcurrentHashMap.newKeySet();
      deployed = made;
    }
    return made;
  }

  private synchronized Kept keep() {
    Kept made = kept;
    if (made == null) {
      made = new Kept();
      kept = made;
    }
    return made;
  }

  private TrailingWork trailing() {
    TrailingWork made = trailing;
    return made == null ? firstTrailing() : made;
  }

  private synchronized TrailingWork firstTrailing() {
    TrailingWork made = trailing;
    if (made == null) {
      made = new TrailingWork(capturing);
      trailing = made;
    }
    return made;
  }

  private List<WorkInFlight> trailingInFlight() {
    TrailingWork made = trailing;
    return made == null ? List.of() : made.inFlight();
  }

  /** What the nearest ancestor of that context's verticle has deployed; null without one. */
  static @Nullable NestedComponents around(Context context) {
    for (String id : Deployments.ancestors(context)) {
      NestedComponents found = BY_DEPLOYMENT.get(id);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * What the outermost component, nested or not, around that context's verticle has deployed, if
   * Vert.x undeploys that component as a whole: it asks the innermost first, whatever depends on
   * it. Null if Vert.x undeploys none of those around the verticle.
   */
  static @Nullable NestedComponents undeployedAround(Context context) {
    NestedComponents outermost = null;
    for (String id : Deployments.ancestorsUndeploying(context)) {
      NestedComponents found = BY_DEPLOYMENT.get(id);
      if (found != null) {
        outermost = found;
      }
    }
    return outermost;
  }

  /** Makes this findable by what that deployment deploys. */
  void belongTo(String deployment) {
    BY_DEPLOYMENT.put(deployment, this);
  }

  /** Vert.x has forgotten the deployment. */
  void forget(@Nullable String deployment) {
    if (deployment != null) {
      BY_DEPLOYMENT.remove(deployment, this);
    }
  }

  /** The component, or nested component, that has deployed them. */
  ComponentContext place() {
    return place;
  }

  /**
   * Adds a verticle that is about to start.
   *
   * @throws IllegalStateException if the component's release has begun
   */
  void add(NestedComponent child) {
    childrenToAdd().add(child);
    if (closed.future().isComplete()) {
      children().remove(child);
      throw new IllegalStateException(
          "component \"%s\" has drained, so it is too late for it to deploy \"%s\""
              .formatted(place.name(), child.name()));
    }
  }

  void remove(NestedComponent child) {
    if (draining) {
      keep().longestOfGone().addAll(child.longestEnded());
    }
    children().remove(child);
  }

  /** Its start failed: it stays until what it has begun has ended, and then gives back. */
  void abandon(NestedComponent child) {
    child.drain().onComplete(answer -> child.release());
  }

  void captureOrigins() {
    capturing = true;
  }

  /**
   * Counts what a verticle tracks that has drained: for a drain if one still goes on around it, for
   * a release otherwise; null if all that is over.
   */
  @Nullable Work trailing(String what) {
    String name = above == null ? what : place.name() + ": " + what;
    Work work = null;
    for (NestedComponents one = this; work == null && one != null; one = one.above) {
      work = one.trailing().ofDrain(name);
    }
    for (NestedComponents one = this; work == null && one != null; one = one.above) {
      work = one.trailing().ofRelease(name);
    }
    if (work == null) {
      log.atLevel(isFirstLateWork() ? Level.WARN : Level.DEBUG)
          .log("{}: \"{}\" began after it had stopped; nobody waits for it", place.name(), what);
    }
    return work;
  }

  private synchronized boolean isFirstLateWork() {
    boolean first = !toldOfLateWork;
    toldOfLateWork = true;
    return first;
  }

  /** Keeps what was cut, for the report of the component. */
  void lose(List<WorkInFlight> cut) {
    if (cut.isEmpty()) {
      return;
    }
    Queue<WorkInFlight> all = top().keep().lost();
    for (WorkInFlight one : cut) {
      if (all.size() < MOST_KEPT) {
        all.add(one);
      }
    }
  }

  /** Keeps what failed, for the report of the component; once, if several steps fail with it. */
  void failed(String name, Throwable cause) {
    NestedComponents top = top();
    if (top.place.reason() == null) { // nobody stops the component, so its report is far
      log.warn("{}: failed: {}", name, ComponentLifecycle.message(cause));
    }
    Kept all = top.keep();
    if (all.failures().size() < MOST_KEPT
        && all.told().computeIfAbsent(name, n -> told()).add(cause)) {
      all.failures()
          .add(
              new StopFailedException(
                  "\"%s\": %s".formatted(name, ComponentLifecycle.message(cause)), cause));
    }
  }

  /** By identity: exceptions may equal one another, and be two failures all the same. */
  private static Set<Throwable> told() {
    return Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private NestedComponents top() {
    NestedComponents one = this;
    while (one.above != null) {
      one = one.above;
    }
    return one;
  }

  /** What keeps one of their starts from ending; null for nothing. */
  @Nullable Throwable startProblem() {
    return children().stream()
        .map(NestedComponent::startProblem)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  void announce() {
    children().forEach(NestedComponent::announce);
  }

  /** Tells the starts that are under way that they are not wanted any more. */
  void abandonStarts() {
    children().forEach(NestedComponent::abandonStart);
  }

  /**
   * Drains all, those included that are added meanwhile, and waits for what began after a drain;
   * fails if a drain failed.
   */
  Future<?> drain() {
    draining = true;
    List<Future<?>> going = new ArrayList<>();
    for (NestedComponent child : children()) {
      Future<?> drained = child.drain();
      if (!drained.isComplete()) {
        going.add(drained);
      }
    }
    if (going.isEmpty() && !trailing().drained().isComplete()) {
      going.add(trailing().drained()); // once nothing else can bring any
    }
    return going.isEmpty() ? outcome() : Future.join(going).transform(all -> drain());
  }

  /** Waits no longer; what is in flight, what was cut before included. */
  List<WorkInFlight> cut() {
    List<WorkInFlight> cut = new ArrayList<>();
    children().forEach(child -> cut.addAll(child.cut()));
    cut.addAll(trailing().cut());
    cut.addAll(lost());
    return cut;
  }

  /** Whether nothing is lost if all of them end their drains now. */
  boolean isIdle() {
    return children().stream().allMatch(NestedComponent::isDrainIdle)
        && trailingInFlight().isEmpty();
  }

  /** Ends drains that are idle, so that they answer. */
  void endIdleDrain() {
    children().forEach(NestedComponent::endIdleDrain);
  }

  /** What was cut since the last call. */
  List<WorkInFlight> lost() {
    Kept all = kept;
    if (all == null) {
      return List.of();
    }
    List<WorkInFlight> taken = new ArrayList<>();
    for (WorkInFlight one = all.lost().poll(); one != null; one = all.lost().poll()) {
      taken.add(one);
    }
    return taken;
  }

  /** The work that took longest among what has ended in their drains, in any order. */
  List<WorkInFlight> longestEnded() {
    Kept gone = kept;
    List<WorkInFlight> longest =
        gone == null ? new ArrayList<>() : new ArrayList<>(gone.longestOfGone());
    children().forEach(child -> longest.addAll(child.longestEnded()));
    TrailingWork trailed = trailing;
    if (trailed != null) {
      longest.addAll(trailed.longestEnded());
    }
    return longest;
  }

  /** Releases all that Vert.x has not undeployed; fails if one of their stops failed. */
  Future<?> release() {
    close();
    return Future.join(children().stream().map(NestedComponent::release).toList())
        .transform(all -> outcome());
  }

  /** The component has stopped: nobody waits for what begins from now on. */
  void leave() {
    trailing().end();
  }

  /** All is released. Completes when nothing is in flight that began meanwhile. */
  Future<Void> released() {
    return trailing().released();
  }

  /** Takes no more of them: the release has begun. */
  void close() {
    closed.tryComplete();
  }

  /** The drain of the component is over. */
  Future<Void> closed() {
    return closed.future();
  }

  private Future<?> outcome() {
    Kept those = kept;
    if (those == null) {
      return Future.succeededFuture();
    }
    Throwable all = null;
    for (Throwable next = those.failures().poll(); next != null; next = those.failures().poll()) {
      all = JoinedFailures.join(all, next);
    }
    return all == null ? Future.succeededFuture() : Future.failedFuture(all);
  }

  WorkStats stats() {
    TrailingWork trailed = trailing;
    WorkStats own = trailed == null ? WorkStats.NONE : trailed.stats();
    return WorkStats.sum(
        Stream.concat(children().stream().map(NestedComponent::stats), Stream.of(own)).toList());
  }

  int inFlight() {
    return children().stream().mapToInt(NestedComponent::inFlight).sum()
        + trailingInFlight().size();
  }

  /** Waits no longer for those that need that thread, which never comes back. */
  void giveUp(Thread thread, Throwable why) {
    children().forEach(child -> child.giveUp(thread, why));
  }

  boolean isDeployment(String id) {
    return children().stream().anyMatch(child -> child.isDeployment(id));
  }

  /** The step, with the verticle's name, because of which a release cannot begin. */
  @Nullable String heldUpBy() {
    for (NestedComponent child : children()) {
      String step = child.heldUpBy();
      if (step != null) {
        return step;
      }
    }
    return null;
  }

  /** All that was asked to stop and has not, the innermost of each path; null for none. */
  @Nullable String releaseHeldUpBy() {
    String all =
        Stream.concat(
                children().stream().map(NestedComponent::releaseHeldUpBy),
                trailingInFlight().stream().map(WorkInFlight::label))
            .filter(Objects::nonNull)
            .sorted()
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? null : all;
  }
}
