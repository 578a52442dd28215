package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.management.Management;
import io.github.vertxlifecycle.systemd.SdNotify;
import io.github.vertxlifecycle.vertx.VertxVersion;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a command line to a running application, or to the reason why there is none. */
final class Launch {

  /** How long a reader of the last words may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final @Nullable Supplier<? extends RootVerticle> app;
  private final String[] args;
  private final boolean signals;
  private final ProcessShutdown shutdown;
  private boolean applicationLoaded;

  /**
   * Makes a launch.
   *
   * @param app makes the root; null to have the command line or the manifest name it
   * @param args the command line
   * @param signals whether signals are heard
   * @param shutdown ends the process
   */
  Launch(
      @Nullable Supplier<? extends RootVerticle> app,
      String[] args,
      boolean signals,
      ProcessShutdown shutdown) {
    this.app = app;
    this.args = args;
    this.signals = signals;
    this.shutdown = shutdown;
  }

  /** Starts, and waits until the process is about to end, which it does whatever goes wrong. */
  void run() {
    try {
      start();
    } catch (LaunchException e) {
      refuse(e.exitCode(), e.text());
    } catch (Throwable e) { // the main thread of a process with other threads would just vanish
      refuse(ExitCode.START_FAILED, StartProblem.sentence(e));
    }
    shutdown.await();
  }

  private void refuse(ExitCode code, String text) {
    boolean asked = code == ExitCode.OK;
    Output.allWithin(PATIENCE, () -> (asked ? System.out : System.err).println(text));
    if (!asked) {
      SdNotify.refused(System.getenv(), text);
    }
    if (applicationLoaded) {
      Output.allWithin(PATIENCE, Logging::end);
    }
    shutdown.refuse(code.number());
    shutdown.stop(new StopReason(StopReason.Kind.FAILED_START, "the start failed: " + text));
  }

  private void start() throws LaunchException {
    Logging.throughSlf4j();
    Arguments arguments = Arguments.parse(args);
    VertxVersion.check();
    Future<?> logging = Logging.load();
    Configuration configuration = Configuration.read("-conf", arguments.conf);
    await(logging);
    VertxStart start = new VertxStart(arguments);
    VertxOptions options = start.vertxOptions();
    DeploymentOptions deployment = start.deployment();
    applicationLoaded = true;
    RootVerticle root = root(arguments, deployment);
    Plan plan =
        ConfigurationCheck.plan(root, configuration, arguments.check, arguments.graph == null);
    if (arguments.graph != null) {
      throw new LaunchException(ExitCode.OK, arguments.graph.text(plan.graph()).stripTrailing());
    }
    if (arguments.check) {
      throw new LaunchException(ExitCode.OK, new LauncherAccess(plan).stopPlan().stripTrailing());
    }
    if (!signals) {
      log()
          .warn(
              "The JVM leaves signals to the system (-Xrs, or no module jdk.unsupported): they end it"
                  + " without an ordered stop");
    }
    if (configuration.json().getValue("management") != null) {
      Management.measure(options);
    }
    LauncherAccess access = new LauncherAccess(plan);
    Replacement replacement = Replacement.prepare(plan, access, configuration, options, shutdown);
    Vertx vertx = start.vertx(options);
    String transport = VertxStart.transportProblem(options, vertx);
    if (transport != null) {
      log().warn("{}", transport);
    }
    RunningApplication application = new RunningApplication(root, plan, vertx);
    application.showStart();
    application.notifySystemd(System.getenv(), replacement.hasPredecessor());
    Logging.ready();
    replacement.of(application, access, vertx);
    access.watch(this::stopBegan);
    if (shutdown.deploys(application)) {
      application
          .deploy(rootDeployment(root, deployment))
          .onSuccess(id -> application.warmUp(options))
          .onFailure(this::startFailed);
    }
  }

  /** From here on this thread logs, too. */
  private static void await(Future<?> logging) throws LaunchException {
    try {
      logging.get();
    } catch (ExecutionException e) {
      throw new LaunchException(
          ExitCode.START_FAILED, StartProblem.sentence(VertxStart.causeOf(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException(ExitCode.START_FAILED, "The start was interrupted");
    }
  }

  private RootVerticle root(Arguments arguments, DeploymentOptions deployment)
      throws LaunchException {
    RootVerticle root;
    if (app == null) {
      root = MainVerticle.root(arguments.mainVerticle, deployment);
    } else if (arguments.mainVerticle == null) {
      root = made(app);
    } else {
      throw LaunchException.usage("Unexpected argument " + arguments.mainVerticle);
    }
    if (!(root instanceof SingleVerticle) && deployment.getInstances() != 1) {
      throw LaunchException.usage(
          "A root verticle has one instance; say instances in the sections of its components");
    }
    return root;
  }

  private static RootVerticle made(Supplier<? extends RootVerticle> app) throws LaunchException {
    RootVerticle root;
    try {
      root = app.get();
    } catch (Throwable e) {
      throw new LaunchException(
          ExitCode.START_FAILED, "The application could not be made: " + StartProblem.text(e));
    }
    if (root == null) {
      throw new LaunchException(
          ExitCode.START_FAILED, "The application could not be made: its supplier returned null");
    }
    return root;
  }

  /**
   * The options of the main verticle on the command line go to the component that stands for it.
   */
  private static DeploymentOptions rootDeployment(RootVerticle root, DeploymentOptions deployment) {
    return root instanceof SingleVerticle ? new DeploymentOptions() : deployment;
  }

  /** Not a constant: logging must not load before the command line is read. */
  private static Logger log() {
    return LoggerFactory.getLogger(Launch.class);
  }

  /**
   * However the stop was asked for, by the application itself perhaps, the process ends with it.
   */
  private void stopBegan(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.StopBegan began) {
      shutdown.stop(began.reason());
    }
  }

  private void startFailed(Throwable cause) {
    shutdown.stop(
        new StopReason(StopReason.Kind.FAILED_START, "the start failed: " + FailureText.of(cause)));
  }
}
