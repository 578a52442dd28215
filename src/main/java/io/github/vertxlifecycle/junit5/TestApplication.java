package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.GraphException;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.http.ListeningPort;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.github.vertxlifecycle.lifecycle.TestAccess;
import io.github.vertxlifecycle.lifecycle.WorkStats;
import io.github.vertxlifecycle.management.Management;
import io.github.vertxlifecycle.report.StartTable;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An application that runs for a test, in a Vert.x of its own. A test gets it from {@link
 * LifecycleExtension}, as a parameter or through the field. Thread-safe.
 */
public final class TestApplication {

  private static final String LOCALHOST = "127.0.0.1";

  /** For Vert.x to forget a root, or to close, once the application has stopped clean. */
  private static final Duration FOR_VERTX = Duration.ofSeconds(20);

  /** The same for one that has not: what held it up may hold up Vert.x for ever. */
  private static final Duration FOR_WHAT_IS_LEFT = Duration.ofSeconds(2);

  private final String name;
  private final String test;
  private final RootVerticle root;
  private final JsonObject config;
  private final TestAccess access;
  private final LauncherAccess launcher;
  private final Plan plan;
  private final Vertx vertx;
  private final List<LifecycleEvent.LateUse> lateUses = new CopyOnWriteArrayList<>();
  private final Map<String, Set<Context>> contexts = new ConcurrentHashMap<>();
  private final boolean stopMayFail;
  private final List<String> startTable = new CopyOnWriteArrayList<>();
  private @Nullable Future<String> deployed;
  private @Nullable Future<StopResult> stop; // this
  private boolean closeAsked; // by the thread of the test
  private volatile boolean closed;

  private TestApplication(TestSetup setup, String test, @Nullable StepInterceptor more) {
    this.test = test;
    this.root = setup.root();
    this.name = ClassName.of(root.getClass());
    this.config = setup.config();
    this.access = new TestAccess(root);
    access.change(setup::change);
    access.examine((component, first) -> setup.complete(component, first, config));
    for (StepInterceptor interceptor : setup.interceptors()) {
      access.intercept(interceptor);
    }
    if (more != null) {
      access.intercept(more);
    }
    access.intercept(this::remember);
    this.stopMayFail = setup.mayStopFail();
    this.plan = plan();
    this.launcher = new LauncherAccess(plan);
    launcher.watch(this::heard);
    launcher.watch(new StartTable(launcher.timeline(), startTable::add));
    VertxOptions options = setup.vertxOptions();
    if (config.getValue("management") != null) {
      Management.measure(options);
    }
    this.vertx = Vertx.vertx(options);
  }

  /** Where a component's verticles run; called on their contexts. */
  private @Nullable Future<?> remember(
      String component, String step, Callable<? extends @Nullable Future<?>> code)
      throws Exception {
    Context context = Objects.requireNonNull(Vertx.currentContext(), "a step has a context");
    contexts.computeIfAbsent(component, one -> ConcurrentHashMap.newKeySet()).add(context);
    return code.call();
  }

  private Plan plan() {
    try {
      return access.plan(config);
    } catch (ConfigurationException e) {
      throw new AssertionError(
          "%s was not started for %s: its configuration has %s:\n  %s\nSay what is missing with .config(\"…\"), and take out what is wrong."
              .formatted(
                  name,
                  test,
                  e.problems().size() == 1 ? "a problem" : e.problems().size() + " problems",
                  String.join("\n  ", e.problems().stream().map(Object::toString).toList())),
          e);
    } catch (GraphException e) {
      throw new AssertionError(
          "%s was not started for %s: %s".formatted(name, test, e.getMessage()), e);
    }
  }

  /**
   * Starts an application, and waits until it runs.
   *
   * @param setup what the test says about it
   * @param test whose it is, for messages
   * @throws AssertionError if it does not start; it has been rolled back then
   */
  static TestApplication start(TestSetup setup, String test) {
    return start(setup, test, null);
  }

  /**
   * The same, with somebody more between the toolkit and the steps.
   *
   * @param more calls the steps beside what the setup says; null for nobody
   */
  static TestApplication start(TestSetup setup, String test, @Nullable StepInterceptor more) {
    TestApplication made = new TestApplication(setup, test, more);
    try {
      made.start();
    } catch (AssertionError | RuntimeException e) {
      made.close();
      throw e;
    }
    return made;
  }

  private void start() {
    Future<String> deploying = launcher.deploy(vertx, new DeploymentOptions());
    deployed = deploying;
    TestWait.until(
        deploying,
        launcher.startBudget().plus(TestWait.PATIENCE),
        () -> "%s has not started for %s:\n%s".formatted(name, test, startText()));
    if (deploying.failed()) {
      Throwable cause = deploying.cause();
      throw new AssertionError(
          "%s did not start for %s: %s\n%s"
              .formatted(name, test, FailureText.of(cause), startText()),
          cause);
    }
  }

  private String startText() {
    LifecycleView view = root.view();
    return String.join("\n", startTable) + "\n" + (view == null ? "" : view.now().stalls());
  }

  private void heard(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.LateUse late) {
      lateUses.add(late);
    }
  }

  /**
   * The Vert.x in which the application runs. It is closed after the test, not by {@link #stop()}.
   *
   * @return the application's own
   */
  public Vertx vertx() {
    return vertx;
  }

  /**
   * Looks at the lifecycle: states, work in flight, what waits for what.
   *
   * @return the view
   */
  public LifecycleView view() {
    return Objects.requireNonNull(root.view(), "the application has not started");
  }

  /**
   * The root that runs.
   *
   * @return the application as {@code LifecycleExtension.of} was told to make it
   */
  public RootVerticle root() {
    return root;
  }

  /**
   * What a component provides to its dependents.
   *
   * @param component its name
   * @param type under which it is provided
   * @param <T> its type
   * @return the thing, that of the first instance where there are several
   * @throws IllegalArgumentException if there is no such component
   * @throws IllegalStateException if it provides no such thing, or has stopped
   */
  public <T> T use(String component, Class<T> type) {
    check(component);
    if (timeline().component(component).state() == ComponentState.STOPPED) {
      throw new IllegalStateException(
          "component \"%s\" has stopped; use it before".formatted(component));
    }
    return access.use(component, type);
  }

  private void check(String component) {
    List<String> all = plan.graph().startOrder();
    if (!all.contains(component)) {
      throw new IllegalArgumentException(
          "%s has no component \"%s\"; there are %s"
              .formatted(name, component, String.join(", ", all)));
    }
  }

  /**
   * The port of the application's HTTP server, where it has one.
   *
   * @return the port
   * @throws IllegalStateException if no component is an {@code HttpVerticle}, or more than one is
   */
  public int port() {
    return port(server());
  }

  /**
   * The port that a component listens on.
   *
   * @param component the name of an {@code HttpVerticle}
   * @return the port; 0 on a Unix domain socket
   * @throws IllegalArgumentException if there is no such component, or it is something else
   */
  public int port(String component) {
    check(component);
    HttpVerticle server = server(component);
    if (server == null) {
      throw new IllegalArgumentException(
          "component \"%s\" is no HttpVerticle, so nobody knows its port; have it provide what it listens with, and ask use(\"%s\", …)"
              .formatted(component, component));
    }
    return ListeningPort.of(server);
  }

  private @Nullable HttpVerticle server(String component) {
    for (Deployable one : access.instances(component)) {
      if (one instanceof HttpVerticle server) {
        return server;
      }
    }
    return null;
  }

  private String server() {
    List<String> servers =
        plan.graph().startOrder().stream().filter(one -> server(one) != null).toList();
    if (servers.size() != 1) {
      throw new IllegalStateException(
          servers.isEmpty()
              ? "%s has no HttpVerticle".formatted(name)
              : "%s has several HTTP servers, %s; name one"
                  .formatted(name, String.join(", ", servers)));
    }
    return servers.get(0);
  }

  /**
   * A client of the application's HTTP server: requests without host and port go there, over TLS
   * with trust in any certificate where the server has TLS. It closes with the application's
   * Vert.x.
   *
   * @return a new client
   * @throws IllegalStateException if no component is an {@code HttpVerticle}, or more than one is
   */
  public HttpClientAgent httpClient() {
    return vertx.createHttpClient(complete(new HttpClientOptions()));
  }

  /** Has a client find the server by itself. */
  <O extends HttpClientOptions> O complete(O options) {
    String server = server();
    options.setDefaultHost(LOCALHOST).setDefaultPort(port(server));
    if (config.getValue(server) instanceof JsonObject section && section.getValue("tls") != null) {
      options.setSsl(true).setTrustAll(true).setVerifyHost(false);
    }
    return options;
  }

  /**
   * Stops the application as a request to stop does, and waits for the end. How it stopped is then
   * the test's to judge: nothing fails the test by itself any more. Vert.x and the clients in it
   * live on until the test is over.
   *
   * @return how it stopped; the same for every call
   * @throws AssertionError if it has not stopped long after its own budget
   * @throws IllegalStateException on an event loop
   */
  public StopResult stop() {
    Future<StopResult> stopping = beginStop();
    TestWait.until(
        stopping,
        stopTimeout().plus(TestWait.PATIENCE),
        () ->
            now()
                .explained(
                    "%s, started for %s, has not stopped\n%s"
                        .formatted(name, test, view().now().stalls())));
    return stopping.result();
  }

  /**
   * Begins the stop, for a test that does something meanwhile.
   *
   * @return completes, never fails, when all has stopped; on any thread
   */
  public synchronized Future<StopResult> beginStop() {
    Future<StopResult> stopping = stop;
    if (stopping == null) {
      StopReason reason = new StopReason(StopReason.Kind.REQUEST, test);
      Deadline end = Deadline.in(SystemClock.instance(), stopTimeout());
      stopping =
          root.stop(reason)
              .transform(v -> launcher.stopHandDeployed(reason, end))
              .transform(v -> Future.succeededFuture(now()));
      stop = stopping;
    }
    return stopping;
  }

  /** Ends the announcement and all drains at once, as a second signal does. */
  public void escalate() {
    root.escalate(test);
    launcher.escalateHandDeployed(test);
  }

  /**
   * Blocks the threads of a component, and with an event loop everything else that runs on it.
   * Blocked when this returns, until the result is closed.
   *
   * @param component the name of a component that is a {@code LifecycleVerticle}
   * @return what blocks them
   * @throws IllegalArgumentException if there is no such component, or it is something else
   */
  public BlockedThread blockThread(String component) {
    check(component);
    Set<Context> its = contexts.get(component);
    if (its == null) {
      throw new IllegalArgumentException(
          "component \"%s\" has not started, or is no LifecycleVerticle; its threads are not known"
              .formatted(component));
    }
    return BlockedThread.of(component, its);
  }

  /**
   * Whether all components run.
   *
   * @return false once the stop has begun
   */
  public boolean isRunning() {
    return timeline().application().phase() == LifecyclePhase.RUNNING;
  }

  private Duration stopTimeout() {
    return plan.options().stopTimeout();
  }

  private LifecycleTimeline timeline() {
    return launcher.timeline();
  }

  private StopResult now() {
    List<UnfinishedCall> unfinished = unfinished();
    return new StopResult(
        name,
        test,
        timeline(),
        StopReport.of(timeline(), launcher.handDeployed(), null, timeline().latest()),
        lateUses,
        unfinished,
        StopPromises.broken(
            timeline(), plan.graph(), stopTimeout(), workStats(), lateUses, unfinished));
  }

  private Map<String, WorkStats> workStats() {
    LifecycleView its = root.view();
    return its == null
        ? Map.of()
        : its.now().components().stream()
            .collect(
                Collectors.toMap(
                    Snapshot.ComponentSnapshot::name, Snapshot.ComponentSnapshot::stats));
  }

  /** What the fakes have seen. */
  private List<UnfinishedCall> unfinished() {
    List<UnfinishedCall> all = new ArrayList<>();
    fakes((component, fake) -> fake.left().forEach(call -> all.add(unfinished(component, call))));
    return all;
  }

  private void fakes(BiConsumer<String, FakeComponent> action) {
    for (String component : timeline().begun()) {
      for (Deployable one : access.instances(component)) {
        if (one instanceof FakeComponent fake) {
          action.accept(component, fake);
        }
      }
    }
  }

  /** Has the futures of fakes complete later from now on, by so many milliseconds. */
  void slowFakes(int millis) {
    fakes((component, fake) -> fake.slow(millis));
  }

  private UnfinishedCall unfinished(String component, GuardedFake.OpenCall call) {
    String user =
        stepped().stream().filter(one -> runsAs(one, call.deployment())).findFirst().orElse("");
    return new UnfinishedCall(component, call.call(), user);
  }

  private boolean runsAs(String component, @Nullable String deployment) {
    return contexts.getOrDefault(component, Set.of()).stream()
        .anyMatch(context -> context.deploymentID().equals(deployment));
  }

  /** The components whose steps are known, by name. */
  List<String> stepped() {
    return contexts.keySet().stream().sorted().toList();
  }

  boolean mayStopFail() {
    return stopMayFail;
  }

  synchronized boolean isStopAsked() {
    return stop != null;
  }

  /**
   * Stops the application if nobody has, and closes its Vert.x.
   *
   * @return null if nothing has begun to start
   */
  @Nullable StopResult close() {
    StopResult result = null;
    try {
      if (timeline().application().began() != null) {
        result = stop();
      }
    } finally {
      closeVertx(result == null || result.isClean() ? FOR_VERTX : FOR_WHAT_IS_LEFT);
    }
    return result;
  }

  private void closeVertx(Duration each) {
    if (closeAsked) {
      return; // by a round, before its test was over
    }
    closeAsked = true;
    Future<String> deployment = deployed;
    if (deployment != null) {
      TestWait.ends(deployment, each); // Vert.x would fail it in the midst of it
    }
    String id = deployment == null ? null : deployment.result();
    if (id != null && vertx.deploymentIDs().contains(id)) {
      TestWait.ends(Deployments.undeploy(vertx, id), each);
    }
    Deployments.forgetUndeploying(vertx);
    closed = TestWait.ends(vertx.close(), each);
    launcher.closed();
    TestWait.ends(launcher.gone(), each);
  }

  /**
   * Judges the end of all.
   *
   * @throws AssertionError if Vert.x has not closed
   */
  void requireClosed() {
    if (!closed) {
      throw new AssertionError(
          "the Vert.x of %s, started for %s, does not close: something blocks one of its threads"
              .formatted(name, test));
    }
  }

  /**
   * Judges a stop that no test has asked for.
   *
   * @throws AssertionError if it was not clean
   */
  void requireClean(StopResult result) {
    if (!result.isClean()) {
      AssertionError problem =
          new AssertionError(
              result.explained(
                  "%s, started for %s, did not stop clean: %s. If the test means that, let it say .stopMayFail(), or stop the application itself and look at the StopResult."
                      .formatted(name, test, result.outcome())));
      Throwable cause = result.cause();
      if (cause != null) {
        problem.initCause(cause);
      }
      throw problem;
    }
  }

  @Override
  public String toString() {
    return "%s, started for %s".formatted(name, test);
  }
}
