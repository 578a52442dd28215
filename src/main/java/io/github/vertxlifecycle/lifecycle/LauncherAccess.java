package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.HandDeployedTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.time.Deadline;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * For the toolkit's launcher, and promised to nobody else: what the launcher needs of an
 * application beyond what {@link RootVerticle} and {@link Plan} promise. It may change in any
 * release. Thread-safe.
 */
public final class LauncherAccess {

  private final Plan plan;
  private final RootVerticle root;
  private volatile @Nullable HandDeployed handDeployed;

  /**
   * Opens the door.
   *
   * @param plan the plan of the application that the launcher is about to run
   */
  public LauncherAccess(Plan plan) {
    this.plan = plan;
    this.root = plan.root();
  }

  /** Holds a component's section against a JSON schema. */
  @FunctionalInterface
  public interface SchemaValidator {

    /**
     * Checks one section.
     *
     * @param component the name of the component and of its section
     * @param schema the schema that the component brought
     * @param section keys and values, defaults included, without the toolkit's own keys
     * @return what is wrong
     */
    List<Problem> problems(String component, JsonObject schema, JsonObject section);
  }

  /**
   * Holds the sections of all components that bring a JSON schema against it.
   *
   * @param check checks one section
   * @return what is wrong
   */
  public List<Problem> schemaProblems(SchemaValidator check) {
    List<Problem> problems = new ArrayList<>();
    for (ComponentPlan component : plan.components()) {
      try {
        JsonObject schema = component.schema();
        if (schema != null) {
          problems.addAll(check.problems(component.name(), schema, component.ownKeys()));
        }
      } catch (RuntimeException | Error e) {
        problems.add(new Problem(component.name(), FailureText.thrown("its configSchema", e)));
      }
    }
    return problems;
  }

  /**
   * The components that cannot run in two processes at a time, see {@link
   * LifecycleVerticle#exclusive()}. To be asked before the start.
   *
   * @return their names
   */
  public List<String> exclusive() {
    return plan.components().stream()
        .filter(ComponentPlan::isExclusive)
        .map(ComponentPlan::name)
        .toList();
  }

  /**
   * The keys of the configuration that nobody reads, neither a component nor an extension nor the
   * application.
   *
   * @return a problem for each, which stands in the way of no start
   */
  public List<Problem> unread() {
    return plan.unread();
  }

  /**
   * Probable slips in sections that are free for what the component wants to read there, so they
   * may be meant.
   *
   * @return the suspects
   */
  public List<Problem> suspects() {
    return plan.suspects();
  }

  /**
   * The plan of the stop, with the latest moment of every step.
   *
   * @return a table for people, each line ended
   */
  public String stopPlan() {
    return StopPlanText.of(plan);
  }

  /**
   * The longest that a start can take in which every component needs all of its time: the start
   * timeouts along the chain of dependencies that has most of them.
   *
   * @return the time, counted from {@link LifecycleEvent.StartBegan}
   */
  public Duration startBudget() {
    return plan.startBudget();
  }

  /**
   * What the log says of a component that keeps the start or the stop waiting.
   *
   * @param event tells of it
   * @return one line
   */
  public static String stall(LifecycleEvent.StillWaiting event) {
    return LoggingListener.stall(event);
  }

  /**
   * Deploys the root with its plan. The configuration that the root would have read from its
   * deployment is planned already, so the configuration is the plan's, whatever the options hold.
   *
   * @param vertx where
   * @param options how, but for the configuration
   * @return the root's deployment, as Vert.x completes it
   */
  public Future<String> deploy(Vertx vertx, DeploymentOptions options) {
    root.startWith(plan);
    handDeployed = HandDeployed.open(vertx, root);
    return vertx.deployVerticle(root, new DeploymentOptions(options).setConfig(plan.config()));
  }

  /**
   * The timeline of the application. It has taken in each event before any listener hears of it.
   *
   * @return the timeline; nothing has happened before the start
   */
  public LifecycleTimeline timeline() {
    return root.timeline();
  }

  /**
   * Adds a listener that hears every event at the moment in which it happens, on the thread on
   * which it happens, before the start. Nothing moves on meanwhile: it must not block, call foreign
   * code or write to a log.
   *
   * @param listener hears every event
   */
  public void watch(LifecycleListener listener) {
    root.watch(listener);
  }

  /**
   * Runs what writes to the log, or beside it, after the lines of all events that have happened. A
   * log may block; whoever stops an application must not.
   *
   * @param task writes; runs later, on another thread
   */
  public void log(Runnable task) {
    root.log(task);
  }

  /**
   * A line of the log that says in fields what its message says in words.
   *
   * @param log where
   * @param level how important it is
   * @param fields made only if the logging library keeps fields beside a message
   * @return the line, to be given its message
   */
  public static LoggingEventBuilder line(Logger log, Level level, Supplier<JsonObject> fields) {
    return LogFields.line(log, level, fields);
  }

  /**
   * Waits until all events that have happened, and all tasks of {@link #log}, are logged; as long
   * as one is in every quarter of a second.
   *
   * @return how many were not
   * @throws InterruptedException when the thread is interrupted
   */
  public int awaitLog() throws InterruptedException {
    return root.awaitLog();
  }

  /**
   * An application like this one to warm a stop up with: stand-ins replace its components, and
   * nobody hears of their start and stop. To be asked for while the application runs.
   *
   * @return the application, to be planned and deployed in a Vert.x of its own
   */
  public RootVerticle warmUp() {
    return root.warmUp();
  }

  /**
   * The virtual threads on which something of a component runs at this moment.
   *
   * @return those that are known
   */
  public List<Thread> virtualThreads() {
    List<Thread> all = new ArrayList<>(root.virtualThreads());
    HandDeployed others = handDeployed;
    if (others != null) {
      all.addAll(others.virtualThreads());
    }
    return all;
  }

  /**
   * Waits no longer for what runs on threads that have called {@code System.exit}: they never come
   * back. The components that need one are lost: their drain and their release fail at once, and
   * the report names them with the work that they had in flight. May be called again with the same.
   *
   * @param threads platform threads, and virtual ones
   * @return the components that need one of them
   */
  public List<String> giveUp(Collection<Thread> threads) {
    HandDeployed others = handDeployed;
    if (others != null) {
      others.giveUp(threads);
    }
    return root.giveUp(threads);
  }

  /**
   * Stops what somebody has deployed by hand in the same Vert.x, lifecycle verticles and roots. To
   * be called once the components have stopped: nothing depends on these, and they may use those no
   * longer.
   *
   * @param reason why
   * @param end when they are to have stopped
   * @return completes, never fails, when they have stopped and Vert.x has forgotten them
   */
  public Future<?> stopHandDeployed(StopReason reason, Deadline end) {
    HandDeployed others = handDeployed;
    return others == null ? Future.succeededFuture() : others.stop(reason, end);
  }

  /**
   * Ends the drains of what was deployed by hand: now if they go on, else once they begin.
   *
   * @param by who asked
   */
  public void escalateHandDeployed(String by) {
    HandDeployed others = handDeployed;
    if (others != null) {
      others.escalate(by);
    }
  }

  /**
   * What was deployed by hand and counts: what runs, what did not end clean, and what ended in the
   * stop.
   *
   * @return how far each has come, a copy
   */
  public List<HandDeployedTimeline> handDeployed() {
    HandDeployed others = handDeployed;
    return others == null ? List.of() : others.timelines();
  }

  /**
   * The outcome of what was deployed by hand.
   *
   * @return the worst, but for what was given up with a thread
   */
  public Outcome handDeployedOutcome() {
    HandDeployed others = handDeployed;
    return others == null ? Outcome.CLEAN : others.outcome();
  }

  /** Says that nothing is deployed in that Vert.x any more. */
  public void closed() {
    HandDeployed others = handDeployed;
    if (others != null) {
      others.forget();
    }
  }

  /**
   * The end of what goes on after the stop: threads of the management that end. The code that ends
   * the process waits for it first, else the JVM does, and longer.
   *
   * @return completes, never fails, when nothing is left; to be asked for after the stop
   */
  public Future<?> gone() {
    return root.gone();
  }
}
