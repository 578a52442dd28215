package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.handover.ListeningSockets;
import io.github.vertxlifecycle.lifecycle.ApplicationExtension;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.vertx.Contexts;
import io.github.vertxlifecycle.vertx.Transports;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management endpoint, there if the configuration has a section {@code management}: {@code
 * host} (127.0.0.1), {@code port} (9000; 0 for any), {@code checkEvery} (5 s), {@code checkTimeout}
 * (1 s).
 *
 * <p>It has a Vert.x of its own, with one event loop.
 */
public final class Management implements ApplicationExtension {

  private static final Logger log = LoggerFactory.getLogger(Management.class);
  private static final long LAST_READ_MS = 500;

  private final boolean heard;
  private ManagementOptions options = ManagementOptions.DEFAULT;
  private volatile @Nullable UpAndRunning running;
  private volatile Future<?> gone = Future.succeededFuture();

  /** Everything there is once it is up. */
  private record UpAndRunning(
      Vertx vertx, EventSubscribers subscribers, Metrics metrics, ManagementServer server) {}

  /** Made by the toolkit. */
  public Management() {
    heard = true;
  }

  private Management(ManagementOptions options) {
    this.options = options;
    heard = false;
  }

  /**
   * Has a Vert.x measure itself, with Micrometer into the registry that the endpoint shows, unless
   * measuring is set up already.
   *
   * @param options of a Vert.x that has not been made yet; changed in place
   */
  public static void measure(VertxOptions options) {
    Measuring.through(options);
  }

  @Override
  public String section() {
    return "management";
  }

  @Override
  public void configure(Section section) {
    options = ManagementOptions.of(section);
    libraries().forEach(Objects::requireNonNull);
  }

  /** A class of each optional library, so that one that is missing is learnt with the plan. */
  private static List<Class<?>> libraries() {
    return List.of(
        HealthChecks.class,
        MicrometerMetricsOptions.class,
        MeterRegistry.class,
        PrometheusMeterRegistry.class);
  }

  @Override
  public Future<?> start(LifecycleView view) {
    Promise<Vertx> made = Promise.promise();
    Vertx application = Objects.requireNonNull(Vertx.currentContext(), "no context").owner();
    ListeningSockets sockets = ListeningSockets.of(application);
    boolean sameTransport = application.isNativeTransportEnabled(); // else no socket is inherited
    // A thread of its own: making a Vert.x takes its time, and this may be an event loop.
    new Thread(() -> made.complete(ownVertx(sameTransport)), "lifecycle-management").start();
    return made.future().compose(vertx -> start(view, vertx, sockets));
  }

  private static Vertx ownVertx(boolean nativeTransport) {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(nativeTransport)
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
  }

  private Future<?> start(LifecycleView view, Vertx vertx, ListeningSockets sockets) {
    Context loop = Contexts.newEventLoopContext(vertx);
    LifecycleJson json = new LifecycleJson(view);
    EventSubscribers subscribers = new EventSubscribers(loop, json);
    Metrics metrics = heard ? new Metrics(view) : Metrics.unheard(view);
    Probes probes = new Probes(view, new ComponentChecks(loop, view, options));
    ManagementServer server =
        new ManagementServer(options, probes, metrics, json, subscribers, sockets);
    return on(loop, () -> server.listen(vertx))
        .onSuccess(
            port -> {
              running = new UpAndRunning(vertx, subscribers, metrics, server);
              if (heard) {
                log.info("Management on http://{}:{}/", options.host(), port);
              }
            })
        .recover(
            problem -> {
              metrics.close();
              return vertx.close().transform(closed -> Future.failedFuture(explained(problem)));
            });
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(v -> step.get().onComplete(promise));
    return promise.future();
  }

  private Throwable explained(Throwable unbound) {
    Throwable problem = Transports.bindProblem(unbound);
    return new IOException(
        "cannot listen on %s:%s: %s; stop what listens there or set management.port"
            .formatted(options.host(), options.port(), problem.getMessage()),
        problem);
  }

  @Override
  public void on(LifecycleEvent event) {
    UpAndRunning current = running;
    if (current != null) {
      current.metrics.on(event);
      current.subscribers.changed();
    }
  }

  @Override
  public Future<?> stop() {
    UpAndRunning current = running;
    running = null;
    if (current == null) {
      return Future.succeededFuture();
    }
    current.metrics.close();
    Future<?> closed = current.server.shutdown(LAST_READ_MS); // first: nobody may come back
    return current
        .subscribers
        .end()
        .timeout(LAST_READ_MS, TimeUnit.MILLISECONDS)
        .eventually(() -> closed)
        .onComplete(done -> gone = current.vertx.close());
  }

  @Override
  public Future<?> gone() {
    return gone;
  }

  /** On any free port, for this machine only, measuring nothing that anybody sees. */
  @Override
  public ApplicationExtension warmUp() {
    return new Management(ManagementOptions.ELSEWHERE);
  }
}
