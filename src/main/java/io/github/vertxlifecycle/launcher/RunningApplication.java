package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.LifecycleOptions;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.report.Pictures;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Help.Ansi;

/** The application in its Vert.x, from the deployment to the report. */
final class RunningApplication implements Stoppable {

  private static final Logger log = LoggerFactory.getLogger(RunningApplication.class);

  /** The least time for Vert.x to forget the root and to close, when the budget is used up. */
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final RootVerticle root;
  private final Vertx vertx;
  private final LauncherAccess access;
  private final LifecycleOptions options;
  private final LifecycleTimeline timeline;
  private final Pictures pictures;
  private final Promise<String> deployed = Promise.promise();
  private volatile @Nullable Thread warmUp;

  /**
   * Makes one that is not deployed yet.
   *
   * @param plan the root's, which it will start with
   */
  RunningApplication(RootVerticle root, Plan plan, Vertx vertx) {
    this(root, plan, vertx, plan.options());
  }

  /**
   * Makes one that is not deployed yet.
   *
   * @param options where its report goes, instead of where the plan says
   */
  RunningApplication(RootVerticle root, Plan plan, Vertx vertx, LifecycleOptions options) {
    this.root = root;
    this.vertx = vertx;
    this.options = options;
    this.access = new LauncherAccess(plan);
    this.timeline = access.timeline();
    this.pictures = new Pictures(timeline);
    root.listen(RunningApplication::blockedAtCut);
  }

  /** Work is cut most often because somebody blocks; later the stacks would say nothing. */
  private static void blockedAtCut(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentReleasing e && !e.cut().isEmpty()) {
      log.warn("{}: threads at the cut: {}", e.component(), BlockedThreads.text());
    }
  }

  LifecycleTimeline timeline() {
    return timeline;
  }

  /** Deploys the root. Must be called once the shutdown knows this application. */
  Future<String> deploy(DeploymentOptions deployment) {
    try {
      access.deploy(vertx, deployment).onComplete(deployed::handle);
    } catch (RuntimeException e) {
      deployed.fail(e);
    }
    return deployed.future();
  }

  /** Plays the stop in the background, see {@link WarmUp}. To be called once all runs. */
  void warmUp(VertxOptions vertxOptions) {
    Thread thread =
        new Thread(new WarmUp(access.warmUp(), options, vertxOptions), "lifecycle-warm-up");
    thread.setDaemon(true);
    warmUp = thread;
    thread.start();
  }

  @Override
  public Duration stopTimeout() {
    return options.stopTimeout();
  }

  @Override
  public ExitCode stop(StopReason reason) throws InterruptedException {
    Deadline deadline = Deadline.in(SystemClock.instance(), options.stopTimeout());
    if (reason.kind() != StopReason.Kind.SIGNAL) {
      warnOfExits();
    }
    ended(root.stop(reason)).await(); // at once if the root has not begun to start
    boolean closed =
        endedIn(deadline, "The deployment of the root", deployed.future().otherwiseEmpty());
    ended(root.stop(reason)).await();
    if (reason.kind() == StopReason.Kind.UNDEPLOY || timeline.outcome() != Outcome.CLEAN) {
      closed &= undeployed(deadline); // the close does it too, but logs what failed once more
    }
    closed &= endedIn(deadline, "The close of Vert.x", vertx.close());
    closed &= endedIn(deadline, "What accompanied the application", access.gone());
    if (!closed || timeline.outcome() == Outcome.TIMED_OUT) {
      log.warn("Still busy: {}", BlockedThreads.text());
    }
    if (reason.kind() == StopReason.Kind.FAILED_START) {
      return ExitCode.START_FAILED;
    }
    return closed ? ExitCode.of(timeline.outcome()) : ExitCode.TIMED_OUT;
  }

  private static void warnOfExits() {
    for (String thread : BlockedThreads.inExit()) {
      log.warn(
          "System.exit was called on {}, which waits for it from now on: what runs there cannot"
              + " drain or release; call it on a thread of its own",
          thread);
    }
  }

  /** Lets Vert.x forget the root and its components, so that it does not undeploy them again. */
  private boolean undeployed(Deadline deadline) throws InterruptedException {
    String id = deployed.future().result();
    try {
      return id == null || endedIn(deadline, "The undeploy of the root", vertx.undeploy(id));
    } catch (RejectedExecutionException e) {
      return true; // the application closes Vert.x itself, and its event loops have ended already
    }
  }

  private static boolean endedIn(Deadline deadline, String what, Future<?> future)
      throws InterruptedException {
    Duration left = deadline.left(SystemClock.instance().nanos());
    Duration limit = left.compareTo(MOMENT) < 0 ? MOMENT : left;
    boolean ended = ended(future).await(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      log.error("{} has not ended within {}", what, Durations.format(limit));
    }
    return ended;
  }

  private static CountDownLatch ended(Future<?> future) {
    CountDownLatch latch = new CountDownLatch(1);
    future.onComplete(answer -> latch.countDown());
    return latch;
  }

  @Override
  public void escalate(String by) {
    root.escalate(by);
  }

  @Override
  public void report(int exitCode) {
    StopReport report = StopReport.of(timeline, exitCode);
    writeFiles(report);
    Logging.end();
    Output.write(FileDescriptor.out, text(report));
    warmUpEnded();
  }

  /** If the stop came in the middle of it: the JVM would wait longer for a thread in the kernel. */
  private void warmUpEnded() {
    Thread thread = warmUp;
    if (thread != null) {
      try {
        thread.join(MOMENT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes the report, and the files there are to be, for nobody. */
  void warmUpReport(int exitCode) {
    StopReport report = StopReport.of(timeline, exitCode);
    files(report, (file, text) -> log.trace("{}: {}", file, text.get()));
    log.trace("{}", text(report));
    Logging.warmUpEnd();
  }

  private String text(StopReport report) {
    return report.toText() + pictures.text(report, Ansi.AUTO.enabled());
  }

  @Override
  public void lastWords(int exitCode, String why) {
    StopReport report = StopReport.of(timeline, exitCode, SystemClock.instance().nanos());
    Output.allInAMoment(
        () -> writeFiles(report),
        () -> Output.write(FileDescriptor.out, text(report)),
        () ->
            Output.write(
                FileDescriptor.err,
                "Ending now: " + why + "\n" + stalls() + "busy: " + BlockedThreads.text()));
  }

  private String stalls() {
    LifecycleView view = root.view();
    return view == null ? "" : view.now().stalls();
  }

  private void writeFiles(StopReport report) {
    files(report, RunningApplication::write);
  }

  private void files(StopReport report, BiConsumer<String, Supplier<String>> write) {
    file(options.reportFile(), () -> report.toJson() + "\n", write);
    file(options.reportSvg(), () -> pictures.svg(report), write);
  }

  private static void file(
      @Nullable String file, Supplier<String> text, BiConsumer<String, Supplier<String>> write) {
    if (file != null && !file.isBlank()) { // an empty environment variable means none
      write.accept(file, text);
    }
  }

  private static void write(String file, Supplier<String> text) {
    try {
      ReportFile.write(Path.of(file), text.get());
    } catch (IOException | InvalidPathException e) {
      log.warn("The report was not written to {}: {}", file, e.toString());
    }
  }
}
