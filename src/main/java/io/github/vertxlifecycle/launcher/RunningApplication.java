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
import io.github.vertxlifecycle.report.StartTable;
import io.github.vertxlifecycle.report.StopReport;
import io.github.vertxlifecycle.systemd.SdNotify;
import io.github.vertxlifecycle.time.Deadline;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Deployments;
import io.github.vertxlifecycle.vertx.EventLoops;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.FileDescriptor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine.Help.Ansi;

/** The application in its Vert.x, from the deployment to the report. */
final class RunningApplication implements Stoppable {

  private static final Logger log = LoggerFactory.getLogger(RunningApplication.class);

  /** The least time for Vert.x to forget the root and to close, when the budget is used up. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  /** The same for what was deployed by hand: a moment to drain, one to release. */
  private static final Duration TWO_MOMENTS = MOMENT.multipliedBy(2);

  /** How long the last lines may take to be written, if there is so much time. */
  private static final Duration LAST_LINES = Duration.ofSeconds(2);

  /** The first requests want the processors, too; a stop this soon after a start is a rare one. */
  private static final Duration UNTIL_WARM_UP = Duration.ofSeconds(1);

  /** How long a disk may take for the report, even if the budget is used up. */
  private static final Duration FILES = Duration.ofMillis(500);

  private final RootVerticle root;
  private final Vertx vertx;
  private final LauncherAccess access;
  private final LifecycleOptions options;
  private final LifecycleTimeline timeline;
  private final Pictures pictures;
  private final boolean console;
  private final Promise<String> deployed = Promise.promise();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final Set<Thread> inExit = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopBegan = new CountDownLatch(1);
  private volatile @Nullable StopReason asked;
  private volatile @Nullable Deadline stopBy;
  private volatile @Nullable Thread warmUp;
  private volatile @Nullable SdNotify systemd;

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
    this.console =
        switch (options.console()) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> Terminal.isStandardOutput();
        };
    LauncherAccess events = access;
    events.watch(event -> blockedAtCut(event, events));
  }

  /** Has the start shown as a table, where tables are. */
  void showStart() {
    if (console) {
      access.watch(
          new StartTable(
              timeline, line -> access.log(() -> Output.write(FileDescriptor.out, line + "\n"))));
    }
  }

  /**
   * Has systemd told of the start, the stop and what is between, where it waits for that.
   *
   * @param held whether it hears another process until this one {@link #isMain}
   */
  void notifySystemd(Map<String, String> environment, boolean held) {
    if (!SdNotify.isWanted(environment)) {
      return;
    }
    SdNotify notify =
        SdNotify.of(
            environment,
            access.startBudget(),
            LauncherAccess::stall,
            EventLoops.of(vertx),
            held,
            access::log);
    if (notify != null) {
      systemd = notify;
      access.watch(notify);
    }
  }

  /** This process is the main one of its unit from now on. */
  void isMain() {
    SdNotify notify = systemd;
    if (notify != null) {
      notify.release();
    }
  }

  /** Another process is. */
  void isReplacedBy(int pid) {
    SdNotify notify = systemd;
    if (notify != null) {
      notify.replacedBy(pid, FILES);
    }
  }

  /** Work is cut most often because somebody blocks; later the stacks would say nothing. */
  private static void blockedAtCut(LifecycleEvent event, LauncherAccess access) {
    if (event instanceof LifecycleEvent.ComponentReleasing e && !e.cut().isEmpty()) {
      String stacks = BlockedThreads.text();
      access.log(() -> log.warn("{}: threads at the cut: {}", e.component(), stacks));
    }
  }

  /** Deploys the root. Must be called once the shutdown knows this application. */
  Future<String> deploy(DeploymentOptions deployment) {
    try {
      access.deploy(vertx, deployment).onComplete(deployed::handle);
    } catch (RuntimeException | Error e) {
      deployed.tryFail(e);
    }
    return deployed.future();
  }

  /**
   * Plays the stop in the background, see {@link WarmUp}, as soon as the first requests have had
   * their moment, or the real stop begins: its end still gains. To be called once all runs.
   */
  void warmUp(VertxOptions vertxOptions) {
    Thread thread = new Thread(() -> warmUpSoon(vertxOptions), "lifecycle-warm-up");
    thread.setDaemon(true);
    warmUp = thread;
    thread.start();
  }

  private void warmUpSoon(VertxOptions vertxOptions) {
    try {
      if (stopBegan.await(UNTIL_WARM_UP.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      new WarmUp(access.warmUp(), options, vertxOptions).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Duration stopTimeout() {
    return options.stopTimeout();
  }

  @Override
  public ExitCode stop(StopReason reason) throws InterruptedException {
    asked = reason;
    stopBegan.countDown();
    Deadline deadline = Deadline.in(SystemClock.instance(), options.stopTimeout());
    stopBy = deadline;
    ended(root.stop(reason)).await(); // at once if the root has not begun to start
    boolean closed =
        endedIn(deadline, "The deployment of the root", deployed.future().otherwiseEmpty());
    ended(root.stop(reason)).await();
    closed &= handDeployedStopped(reason, deadline);
    if (reason.kind() == StopReason.Kind.UNDEPLOY || timeline.outcome() != Outcome.CLEAN) {
      closed &= undeployed(deadline); // the close does it too, but logs what failed once more
    }
    Deployments.forgetUndeploying(vertx); // if they have not ended by now
    closed &= endedIn(deadline, "The close of Vert.x", vertx.close());
    access.closed();
    closed &= endedIn(deadline, "What accompanied the application", access.gone());
    if (!closed || timeline.outcome() == Outcome.TIMED_OUT) {
      String stacks = BlockedThreads.text();
      access.log(() -> log.warn("Still busy: {}", stacks));
    }
    if (reason.kind() == StopReason.Kind.FAILED_START) {
      return ExitCode.START_FAILED;
    }
    return closed || !inExit.isEmpty()
        ? ExitCode.of(outcome(), timeline.failure() != null)
        : ExitCode.TIMED_OUT;
  }

  /** But for the components that are lost with a thread: whoever asks for an exit gets its code. */
  private Outcome outcome() {
    Outcome worst = access.handDeployedOutcome();
    if (lost.isEmpty()) {
      return worst.orWorse(timeline.outcome());
    }
    for (String name : timeline.begun()) {
      Outcome its = timeline.component(name).outcome();
      worst = lost.contains(name) ? worst : worst.orWorse(its == null ? Outcome.TIMED_OUT : its);
    }
    return worst;
  }

  @Override
  public void giveUpThreadsInExit() {
    List<Thread> threads = BlockedThreads.inExit(access.virtualThreads());
    for (Thread thread : threads) {
      if (inExit.add(thread)) {
        access.log(
            () ->
                log.warn(
                    "System.exit was called on {}, which waits for it from now on: what runs there"
                        + " is lost; call it on a thread of its own",
                    thread.getName()));
      }
    }
    if (!threads.isEmpty()) {
      lost.addAll(access.giveUp(threads));
    }
  }

  /** Lets Vert.x forget the root and its components, so that it does not undeploy them again. */
  private boolean undeployed(Deadline deadline) throws InterruptedException {
    String id = deployed.future().result();
    try {
      return id == null
          || endedIn(deadline, "The undeploy of the root", Deployments.undeploy(vertx, id));
    } catch (RejectedExecutionException e) {
      return true; // the application closes Vert.x itself, and its event loops have ended already
    }
  }

  private boolean handDeployedStopped(StopReason reason, Deadline deadline)
      throws InterruptedException {
    Future<?> stopped = access.stopHandDeployed(reason, deadline);
    return endedIn(deadline, TWO_MOMENTS, "What was deployed by hand", stopped);
  }

  private boolean endedIn(Deadline deadline, String what, Future<?> future)
      throws InterruptedException {
    return endedIn(deadline, MOMENT, what, future);
  }

  /** Vert.x itself never ends while one of its threads waits for the end of the process. */
  private boolean endedIn(Deadline deadline, Duration least, String what, Future<?> future)
      throws InterruptedException {
    Duration left = deadline.left(SystemClock.instance().nanos());
    Duration limit = left.compareTo(least) < 0 || !inExit.isEmpty() ? least : left;
    boolean ended = ended(future).await(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      access.log(() -> log.error("{} has not ended within {}", what, Durations.format(limit)));
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
    access.escalateHandDeployed(by);
  }

  @Override
  public void report(@Nullable Integer exitCode) {
    StopReport report = withRun(reportUntil(timeline.latest(), exitCode).orReason(asked));
    endOfNotifications(report.toLine(), timeForLastLines());
    writeFilesInTime(report);
    int unlogged = unlogged();
    boolean written = Output.allWithin(timeForLastLines(), () -> lastLines(report));
    if (unlogged > 0 || !written) {
      Output.complain(
          "Nobody reads the log; %s of its last lines are lost\n%s\n"
              .formatted(unlogged, report.toLine()));
    }
    warmUpEnded();
  }

  private void endOfNotifications(String status, Duration atMost) {
    SdNotify notify = systemd;
    if (notify != null) {
      notify.end(status, atMost);
    }
  }

  private Duration timeForLastLines() {
    Deadline end = stopBy;
    Duration left = end == null ? LAST_LINES : end.left(SystemClock.instance().nanos());
    if (left.compareTo(LAST_LINES) > 0) {
      return LAST_LINES;
    }
    return left.compareTo(MOMENT) < 0 ? MOMENT : left;
  }

  private int unlogged() {
    try {
      return access.awaitLog();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** The report: a table for people, or else an event of the log with its fields. */
  private void lastLines(StopReport report) {
    if (!console) {
      Level level = report.outcome() == Outcome.CLEAN ? Level.INFO : Level.WARN;
      LauncherAccess.line(log, level, report::fields).log(report.toLine());
    }
    Logging.end();
    if (console) {
      Output.write(FileDescriptor.out, text(report));
    }
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
  void warmUpReport(@Nullable Integer exitCode) {
    StopReport report = withRun(reportUntil(timeline.latest(), exitCode));
    files(report, (file, text) -> log.trace("{}: {}", file, text.get()));
    access.log(() -> log.trace("The last line of the log"));
    int unlogged = unlogged();
    boolean written =
        Output.allWithin(
            LAST_LINES,
            () -> log.trace("{} {} {}", text(report), report.toLine(), report.fields().size()));
    log.trace("{} {}", unlogged, written);
    Logging.warmUpEnd();
  }

  private String text(StopReport report) {
    return report.toText() + pictures.text(report, Ansi.AUTO.enabled());
  }

  @Override
  public void lastWords(int exitCode, String why) {
    StopReport report =
        withRun(reportUntil(SystemClock.instance().nanos(), exitCode).orReason(asked));
    List<Runnable> last = writing(report, false); // a disk may take longer than this moment
    last.add(() -> lastLines(report));
    last.add(() -> endOfNotifications("Ending now: " + why, MOMENT));
    last.add(
        () ->
            Output.write(
                FileDescriptor.err,
                "Ending now: " + why + "\n" + stalls() + "busy: " + BlockedThreads.text()));
    Output.allInAMoment(last.toArray(Runnable[]::new));
  }

  private String stalls() {
    LifecycleView view = root.view();
    return view == null ? "" : view.now().stalls();
  }

  private StopReport reportUntil(long now, @Nullable Integer exitCode) {
    return StopReport.of(timeline, access.handDeployed(), exitCode, now);
  }

  private StopReport withRun(StopReport report) {
    return RunFacts.add(report, root, timeline.application());
  }

  /** Each file on a thread of its own, with a limit: a pipe that nobody reads takes nothing. */
  private void writeFilesInTime(StopReport report) {
    Runnable[] writing = writing(report, true).toArray(Runnable[]::new);
    Duration left = timeForLastLines();
    Duration limit = left.compareTo(FILES) < 0 ? FILES : left;
    if (!Output.allWithin(limit, writing)) {
      String time = Durations.format(limit);
      access.log(
          () ->
              log.warn(
                  "The report was not written within {} ({}, {}); is it a pipe that nobody reads?",
                  time,
                  options.reportFile(),
                  options.reportSvg()));
    }
  }

  private List<Runnable> writing(StopReport report, boolean sync) {
    List<Runnable> writing = new ArrayList<>();
    files(report, (file, text) -> writing.add(() -> write(file, text, sync)));
    return writing;
  }

  private void files(StopReport report, BiConsumer<String, Supplier<String>> write) {
    file(options.reportFile(), () -> report.toJson() + "\n", write);
    file(options.reportSvg(), () -> pictures.svg(report), write);
  }

  private static void file(
      @Nullable String file, Supplier<String> text, BiConsumer<String, Supplier<String>> write) {
    if (file != null && ReportFiles.isNamed(file)) {
      write.accept(file, text);
    }
  }

  private void write(String file, Supplier<String> text, boolean sync) {
    try {
      ReportFile.of(file).write(text.get(), sync);
    } catch (IOException | RuntimeException e) {
      access.log(() -> log.warn("The report was not written to {}: {}", file, e.toString()));
    }
  }
}
