package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.LifecycleOptions;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the life of an application once, from its deployment over SIGTERM to the report, so that
 * the real stop finds all its classes loaded and its lambdas linked. The code is the real one, the
 * application is made of stand-ins, its Vert.x is a small one of its own, and neither signal nor
 * JVM are touched. Nothing is printed, logged, recorded or written.
 */
final class WarmUp implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  /** It takes a tenth of a second, or something is wrong and nobody should wait for it. */
  private static final JsonObject SHORT =
      new JsonObject()
          .put("lifecycle", new JsonObject().put("startTimeout", "10s").put("stopTimeout", "10s"));

  private final RootVerticle root;
  private final LifecycleOptions options;
  private final VertxOptions vertxOptions;

  /**
   * Makes a warm-up.
   *
   * @param root the root to deploy, see {@link LauncherAccess#warmUp()}
   * @param options those of the real application
   * @param like the options of the real Vert.x
   */
  WarmUp(RootVerticle root, LifecycleOptions options, VertxOptions like) {
    this.root = root;
    this.options = options;
    this.vertxOptions =
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setUseDaemonThread(true)
            .setPreferNativeTransport(like.getPreferNativeTransport())
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false));
  }

  @Override
  public void run() {
    try {
      play();
      log.debug("The classes of a stop are loaded");
    } catch (RuntimeException | LinkageError e) {
      log.debug("The classes of a stop could not be loaded ahead", FailureText.forLog(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void play() throws InterruptedException {
    RunningApplication application =
        new RunningApplication(root, root.plan(SHORT), Vertx.vertx(vertxOptions), options);
    ProcessShutdown shutdown = new ProcessShutdown(new NoExit(), WarmUp::timer);
    CountDownLatch deployed = new CountDownLatch(1);
    shutdown.deploys(new WarmUpStop(application));
    application.deploy(new DeploymentOptions()).onComplete(up -> deployed.countDown());
    deployed.await();
    shutdown.signalled(StopSignal.TERM);
    shutdown.await();
  }

  /** Rings at once, and nobody hears. */
  private static void timer(Duration delay, Runnable task) {
    WatchdogTimer.REAL.in(Duration.ZERO, () -> {});
  }

  private static final class NoExit implements JvmExit {
    @Override
    public void exit(int code) {}

    @Override
    public void halt(int code) {}
  }

  /** A running application whose report nobody reads. */
  private record WarmUpStop(RunningApplication application) implements Stoppable {

    @Override
    public Duration stopTimeout() {
      return application.stopTimeout();
    }

    @Override
    public ExitCode stop(StopReason reason) throws InterruptedException {
      return application.stop(reason);
    }

    @Override
    public void escalate(String by) {
      application.escalate(by);
    }

    @Override
    public void giveUpThreadsInExit() {}

    @Override
    public void report(@Nullable Integer exitCode) {
      application.warmUpReport(exitCode);
    }

    @Override
    public void lastWords(int exitCode, String why) {}
  }
}
