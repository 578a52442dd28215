package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.systemd.SdNotify;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes what the command line says about Vert.x and about the main verticle. */
final class VertxStart {

  private static final String NATIVE = "preferNativeTransport";

  private final Arguments arguments;

  VertxStart(Arguments arguments) {
    this.arguments = arguments;
  }

  /** How the main verticle is to be deployed, but for its configuration. */
  DeploymentOptions deployment() throws LaunchException {
    DeploymentOptions options =
        options("-deployment-options", arguments.deploymentOptions, DeploymentOptions::new);
    if (arguments.worker) {
      options.setThreadingModel(ThreadingModel.WORKER);
    }
    if (arguments.virtualThread) {
      options.setThreadingModel(ThreadingModel.VIRTUAL_THREAD);
    }
    if (arguments.instances != null) {
      options.setInstances(arguments.instances);
    }
    return options;
  }

  /** Starts Vert.x; waits for the cluster if it joins one. */
  Vertx vertx(VertxOptions options) throws LaunchException {
    VertxBuilder builder = Vertx.builder().with(options);
    try {
      return arguments.clustered
          ? builder.buildClustered().toCompletionStage().toCompletableFuture().get()
          : builder.build();
    } catch (ExecutionException e) {
      throw new LaunchException(
          ExitCode.START_FAILED, "The cluster was not joined: " + FailureText.withRoot(causeOf(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException(ExitCode.START_FAILED, "The start was interrupted");
    } catch (RuntimeException | LinkageError e) {
      throw new LaunchException(ExitCode.START_FAILED, "Vert.x did not start: " + problem(e));
    }
  }

  /**
   * Whether Netty's epoll is on the class path, and runs here. Vert.x takes it then when asked for
   * a native transport; otherwise it would take io_uring, if it finds that.
   */
  static boolean isEpollThere() {
    try {
      Transport epoll = Transport.EPOLL;
      return epoll != null && epoll.available();
    } catch (RuntimeException | LinkageError e) {
      return false; // and if that is more than epoll, Vert.x will say so
    }
  }

  private String problem(Throwable e) {
    boolean none = String.valueOf(e.getMessage()).startsWith("No ClusterManager"); // Vert.x's own
    return arguments.clustered && none
        ? "-cluster needs a cluster manager, and there is none on the class path; add"
            + " io.vertx:vertx-hazelcast, in the version of Vert.x, or another"
        : StartProblem.text(e);
  }

  /** What is to be said of a transport that was asked for and is not there; null if it is. */
  static @Nullable String transportProblem(VertxOptions options, Vertx vertx) {
    if (!options.getPreferNativeTransport() || vertx.isNativeTransportEnabled()) {
      return null;
    }
    Throwable cause = vertx.unavailableNativeTransportCause();
    return NATIVE
        + " is true, but Vert.x runs on NIO: "
        + (cause == null
            ? "there is no native transport on the class path; on Linux add "
                + SdNotify.NATIVE_LIBRARY
            : FailureText.withRoot(cause));
  }

  static Throwable causeOf(ExecutionException e) {
    return e.getCause() == null ? e : e.getCause();
  }

  /** Vert.x's options, with epoll where they leave the choice to us. */
  VertxOptions vertxOptions() throws LaunchException {
    VertxOptions options =
        options(
            "-options",
            arguments.options,
            json -> {
              VertxOptions made = new VertxOptions(json);
              return json.containsKey(NATIVE)
                  ? made
                  : made.setPreferNativeTransport(isEpollThere());
            });
    EventBusOptions bus = options.getEventBusOptions();
    if (arguments.clusterHost != null) {
      bus.setHost(arguments.clusterHost);
    }
    if (arguments.clusterPort != null) {
      bus.setPort(arguments.clusterPort);
    }
    if (arguments.clusterPublicHost != null) {
      bus.setClusterPublicHost(arguments.clusterPublicHost);
    }
    if (arguments.clusterPublicPort != null) {
      bus.setClusterPublicPort(arguments.clusterPublicPort);
    }
    return options;
  }

  private static <T> T options(String flag, @Nullable String argument, Function<JsonObject, T> make)
      throws LaunchException {
    try {
      return make.apply(Configuration.read(flag, argument).json());
    } catch (IllegalArgumentException | ClassCastException e) {
      throw LaunchException.configuration(List.of(flag + ": " + FailureText.of(e)));
    }
  }
}
