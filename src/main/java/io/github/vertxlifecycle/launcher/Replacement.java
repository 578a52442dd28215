package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.handover.Handover;
import io.github.vertxlifecycle.handover.HandoverException;
import io.github.vertxlifecycle.handover.PassedSockets;
import io.github.vertxlifecycle.lifecycle.LauncherAccess;
import io.github.vertxlifecycle.lifecycle.Plan;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This process takes the place of another, and another takes its place: brings the {@link Handover}
 * together with the application and the end of the process. Does nothing where no socket is passed
 * and no handover is configured.
 */
final class Replacement implements Handover.Owner {

  private static final Map<String, String> ENVIRONMENT = System.getenv();

  private final ProcessShutdown shutdown;
  private @Nullable Handover handover;
  private volatile @Nullable RunningApplication application;

  private Replacement(ProcessShutdown shutdown) {
    this.shutdown = shutdown;
  }

  /**
   * Takes what is passed to this process, by a supervisor or by the process that it replaces.
   *
   * @throws LaunchException if a handover is configured that cannot be, or the other process says
   *     no
   */
  static Replacement prepare(
      Plan plan,
      LauncherAccess access,
      Configuration configuration,
      VertxOptions options,
      ProcessShutdown shutdown)
      throws LaunchException {
    Replacement made = new Replacement(shutdown);
    String control = plan.options().handover();
    if (control != null || PassedSockets.areThere(ENVIRONMENT)) {
      made.prepare(control, access, configuration, options);
    }
    return made;
  }

  private void prepare(
      @Nullable String control,
      LauncherAccess access,
      Configuration configuration,
      VertxOptions options)
      throws LaunchException {
    List<String> exclusive = control == null ? List.of() : access.exclusive();
    if (!exclusive.isEmpty()) {
      throw problem(
          configuration,
          "it needs two processes at a time, and %s cannot run twice; leave this key away, and restart by stop and start"
              .formatted(String.join(", ", exclusive)));
    }
    boolean epoll = options.getPreferNativeTransport() && VertxStart.isEpollThere();
    try {
      handover =
          Handover.prepare(control, ENVIRONMENT, epoll, access.startBudget(), access::log, this);
    } catch (HandoverException e) {
      if (e.isPredecessors()) {
        throw new LaunchException(ExitCode.START_FAILED, "Nothing was started: " + e.text());
      }
      if (control == null) {
        throw new LaunchException(ExitCode.CONFIGURATION, "Nothing was started: " + e.text());
      }
      throw problem(configuration, e.text());
    }
    if (control != null) {
      shutdown.onHangUp(handover::startSuccessor);
    }
  }

  private static LaunchException problem(Configuration configuration, String text) {
    return LaunchException.configuration(
        List.of(configuration.locate(new Problem("lifecycle.handover", text))));
  }

  /** Whether another process serves until this one does. */
  boolean hasPredecessor() {
    Handover its = handover;
    return its != null && its.hasPredecessor();
  }

  /** The application is about to start. */
  void of(RunningApplication its, LauncherAccess access, Vertx vertx) {
    application = its;
    Handover known = handover;
    if (known != null) {
      access.watch(event -> on(event, known));
      known.offerIn(vertx);
    }
  }

  private static void on(LifecycleEvent event, Handover handover) {
    if (event instanceof LifecycleEvent.Started) {
      handover.started();
    } else if (event instanceof LifecycleEvent.StopBegan began) {
      handover.stopBegan(began.reason().toString());
    }
  }

  @Override
  public void handingOver(int pid) {
    RunningApplication its = application;
    if (its != null) {
      its.isReplacedBy(pid);
    }
  }

  @Override
  public void handedOver(int pid) {
    shutdown.stop(new StopReason(StopReason.Kind.HANDOVER, "handed over to PID " + pid));
  }

  @Override
  public void tookOver() {
    RunningApplication its = application;
    if (its != null) {
      its.isMain();
    }
  }

  @Override
  public void refused(String reason) {
    shutdown.stop(new StopReason(StopReason.Kind.FAILED_START, "nothing to take over: " + reason));
  }
}
