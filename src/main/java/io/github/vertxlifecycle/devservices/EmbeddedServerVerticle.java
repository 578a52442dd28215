package io.github.vertxlifecycle.devservices;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server as a component, on 127.0.0.1 only.
 *
 * <p>The component has started when the server accepts connections. When it drains, all its
 * dependents have stopped, and it asks the server to stop; a server that has not ended by the
 * release is killed. The component provides the server's {@link URI}.
 *
 * <p>Keys of its section: {@code port}, 0 for a free one, which is the default; {@code dataDir},
 * the directory that keeps the data from one run to the next, by default a temporary one.
 */
public abstract sealed class EmbeddedServerVerticle extends LifecycleVerticle
    permits EmbeddedPostgresVerticle, EmbeddedRedisVerticle, EmbeddedS3Verticle {

  static final String HOST = "127.0.0.1";
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  /** How many free ports to try: another process may take one before the server has it. */
  private static final int TRIES = 5;

  private static final Logger log = LoggerFactory.getLogger(EmbeddedServerVerticle.class);

  private int port;
  private @Nullable Path dataDir;
  private @Nullable ServerHome home; // event loop only
  private @Nullable GuardedProcess guarded; // event loop only
  private boolean stopAsked; // event loop only
  private volatile @Nullable URI uri;

  EmbeddedServerVerticle() {}

  @Override
  protected final void configure(Section section) {
    port = section.integer("port", 0, 0, 65_535);
    String directory = section.string("dataDir");
    dataDir = directory == null ? null : Path.of(directory);
    configureServer(section);
  }

  /** Reads the keys of this server beside {@code port} and {@code dataDir}. */
  void configureServer(Section section) {}

  /** Two servers on one directory destroy it, and one on another has not got what was written. */
  @Override
  protected final boolean exclusive() {
    return true;
  }

  /** The signal that stops the server in good order, whether or not it has clients. */
  abstract String signal();

  /**
   * Makes the data directory if it is missing, and returns the command that starts the server.
   * Blocks.
   */
  abstract List<String> prepare(ServerHome in) throws IOException, InterruptedException;

  /** The complete command; by default the port is its last word. */
  List<String> onPort(List<String> command, int listenPort) {
    List<String> all = new ArrayList<>(command);
    all.add(Integer.toString(listenPort));
    return all;
  }

  /**
   * A part of the line that the server writes when it is ready: that of PostgreSQL and Redis, less
   * the first letter, which differs in case.
   */
  String readyLine() {
    return "eady to accept connections";
  }

  /** A part of a line that the server writes if its port is taken. */
  String portTakenLine() {
    return "ddress already in use";
  }

  /** The exit code of the server after its signal. */
  int goodExit() {
    return 0;
  }

  /** Where clients find the server. */
  abstract URI uri(int listenPort);

  /**
   * Where the server is.
   *
   * @return what a client takes as its {@code uri}
   * @throws IllegalStateException before it has started
   */
  public final URI uri() {
    URI known = uri;
    if (known == null) {
      throw new IllegalStateException("the server has not started");
    }
    return known;
  }

  // ── start ──────────────────────────────────────────────────────────────────────────────────────

  @Override
  protected final Future<?> onStart() {
    return vertx
        .executeBlocking(() -> ServerHome.open(name(), dataDir))
        .compose(
            opened -> {
              home = opened;
              return startIn(opened)
                  .recover(problem -> close(opened).transform(v -> Future.failedFuture(problem)));
            })
        .onSuccess(where -> provide(URI.class, where));
  }

  private Future<URI> startIn(ServerHome in) {
    return vertx
        .executeBlocking(
            () -> {
              in.endLeftOver(signal());
              return prepare(in);
            })
        .compose(command -> launch(in, command, port == 0 ? TRIES : 1));
  }

  private Future<URI> launch(ServerHome in, List<String> command, int tries) {
    if (stopReason() != null) {
      return Future.failedFuture("the start was abandoned");
    }
    return vertx
        .executeBlocking(() -> port == 0 ? freePort() : port)
        .compose(
            listenPort ->
                vertx
                    .executeBlocking(() -> run(in, command, listenPort))
                    .compose(started -> ready(started, listenPort)))
        .recover(
            problem ->
                tries > 1 && problem instanceof PortTakenException
                    ? launch(in, command, tries - 1)
                    : Future.failedFuture(problem));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private GuardedProcess run(ServerHome in, List<String> command, int listenPort)
      throws IOException {
    return GuardedProcess.start(
        name(), signal(), in.pidFile(), in.temporary(), onPort(command, listenPort), readyLine());
  }

  private Future<URI> ready(GuardedProcess started, int listenPort) {
    guarded = started;
    return Future.fromCompletionStage(started.ready(), context)
        .recover(problem -> Future.failedFuture(explained(problem, listenPort, started)))
        .map(
            v -> {
              URI where = uri(listenPort);
              uri = where;
              watch(started);
              log.info("{}: serves {}", name(), where);
              return where;
            });
  }

  private Throwable explained(Throwable problem, int listenPort, GuardedProcess started) {
    return started.last().stream().anyMatch(line -> line.contains(portTakenLine()))
        ? new PortTakenException(
            "port %s on %s is in use by another process; choose another %s.port, or 0 for a free one"
                .formatted(listenPort, HOST, name()))
        : problem;
  }

  /** Logs an error if the server ends by itself; its clients notice on their own. */
  private void watch(GuardedProcess started) {
    Future.fromCompletionStage(started.ended(), context)
        .onSuccess(
            code -> {
              if (!stopAsked) {
                log.error("{}: {}", name(), started.exitMessage(code));
              }
            });
  }

  // ── stop ───────────────────────────────────────────────────────────────────────────────────────

  @Override
  protected final Future<?> onDrain() {
    return stopServer();
  }

  /** Kills the server, which did not end in time. */
  @Override
  protected final void onDrainAbandoned() {
    killServer();
  }

  private Future<?> stopServer() {
    GuardedProcess running = guarded;
    if (running == null) {
      return Future.succeededFuture();
    }
    stopAsked = true;
    boolean gone = running.ended().isDone();
    running.stop();
    return Future.fromCompletionStage(running.ended(), context)
        .compose(
            code ->
                code == goodExit() && !gone
                    ? Future.succeededFuture()
                    : Future.failedFuture(new VertxException(running.exitMessage(code), true)));
  }

  @Override
  protected final Future<?> onStop() {
    return (stopAsked ? killServer() : stopServer())
        .eventually(() -> home == null ? Future.succeededFuture() : close(home));
  }

  private Future<?> killServer() {
    GuardedProcess running = guarded;
    if (running == null || running.ended().isDone()) {
      return Future.succeededFuture();
    }
    running.kill();
    return Future.fromCompletionStage(running.ended(), context);
  }

  private Future<?> close(ServerHome one) {
    return vertx.executeBlocking(
        () -> {
          one.close();
          return null;
        });
  }

  private static final class PortTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    PortTakenException(String message) {
      super(message);
    }
  }
}
