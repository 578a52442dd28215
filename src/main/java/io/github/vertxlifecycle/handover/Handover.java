package io.github.vertxlifecycle.handover;

import io.github.vertxlifecycle.event.FailureText;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets that this process inherits, and those that it hands over: what the launcher sees of
 * both. Thread-safe; its methods do not block unless they say so.
 */
public final class Handover {

  private static final Logger log = LoggerFactory.getLogger(Handover.class);

  /** The process, which is told on a thread of the handover's. */
  public interface Owner {

    /**
     * A successor serves from now on. May block for a moment: the successor waits for the return.
     *
     * @param pid the successor
     */
    void handingOver(int pid);

    /**
     * The stop is to begin.
     *
     * @param pid the successor
     */
    void handedOver(int pid);

    /** This process has taken the place of another, or nobody's. */
    void tookOver();

    /**
     * The process that was to be replaced does not go. Nothing is to be started, or what has been
     * is to be stopped.
     *
     * @param reason why
     */
    void refused(String reason);
  }

  private final Map<String, String> environment;
  private final Consumer<Runnable> logs;
  private final Owner owner;
  private final @Nullable Predecessor predecessor;
  private final List<InheritedSocket> inherited;
  private final @Nullable HandoverServer server;
  private boolean serves; // under this
  private boolean stops; // under this
  private @Nullable ListeningSockets sockets; // under this
  private @Nullable Process successor; // under this

  private Handover(
      Map<String, String> environment,
      Consumer<Runnable> logs,
      Owner owner,
      @Nullable HandoverServer server,
      @Nullable Predecessor predecessor,
      List<InheritedSocket> inherited) {
    this.environment = environment;
    this.logs = logs;
    this.owner = owner;
    this.server = server;
    this.predecessor = predecessor;
    this.inherited = inherited;
  }

  /**
   * Takes what this process inherits. Blocks until a predecessor has answered.
   *
   * @param control where a process waits for its successor; null for nowhere
   * @param environment that of this process
   * @param epoll whether the application runs on epoll
   * @param startBudget how long a start can take at most
   * @param logs runs what writes to the log, later and elsewhere
   * @param owner is told what happens
   * @return the handover
   * @throws HandoverException if it cannot be
   */
  public static Handover prepare(
      @Nullable String control,
      Map<String, String> environment,
      boolean epoll,
      Duration startBudget,
      Consumer<Runnable> logs,
      Owner owner)
      throws HandoverException {
    long pid = ProcessHandle.current().pid();
    if (control != null && !epoll) {
      throw HandoverException.unusable(
          "it needs Netty's epoll transport, and the application runs without: add io.netty:netty-transport-native-epoll to the class path, and leave preferNativeTransport alone; or pass a socket as standard input, which works on NIO, too");
    }
    Consumer<String> warn = text -> logs.accept(() -> log.warn("{}", text));
    List<InheritedSocket> inherited =
        new ArrayList<>(SocketActivation.sockets(environment, pid, epoll, warn));
    if (control == null) {
      return new Handover(environment, logs, owner, null, null, inherited);
    }
    if (pid == 1) {
      throw HandoverException.unusable(
          "this is process 1 of a container, which ends with it, so no successor can take over: leave the key away and let the orchestrator start the new container first");
    }
    ControlSocket socket = new ControlSocket(Path.of(control), pid);
    socket.prepare();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("lifecycle-handover", true), EpollIoHandler.newFactory());
    HandoverServer server = new HandoverServer(socket, group, new ServerEvents(owner, logs));
    try {
      server.bind();
    } catch (IOException e) {
      throw HandoverException.unusable(
          "no socket can be made at %s: %s".formatted(control, FailureText.of(e)));
    }
    Predecessor predecessor = Predecessor.find(socket.path(), group, startBudget);
    if (predecessor != null) {
      inherited.addAll(predecessor.sockets());
      logs.accept(
          () ->
              log.info(
                  "Taking over from process {}, with {}",
                  predecessor.pid(),
                  predecessor.sockets()));
    }
    return new Handover(environment, logs, owner, server, predecessor, inherited);
  }

  /**
   * Whether another process serves until this one does.
   *
   * @return false if this one replaces nobody
   */
  public boolean hasPredecessor() {
    return predecessor != null;
  }

  /**
   * Offers what was inherited to whoever listens in this Vert.x.
   *
   * @param vertx the application's
   */
  public synchronized void offerIn(Vertx vertx) {
    ListeningSockets its = ListeningSockets.of(vertx);
    its.offer(inherited);
    sockets = its;
    Predecessor old = predecessor;
    if (old != null) {
      old.onRefusal(owner::refused);
    }
  }

  /** The application runs: takes the predecessor's place, and waits for a successor. */
  public void started() {
    Thread thread = new Thread(this::takePlace, "lifecycle-takes-over");
    thread.setDaemon(true);
    thread.start();
  }

  private void takePlace() {
    ListeningSockets its;
    synchronized (this) {
      its = sockets;
    }
    if (its == null) {
      return;
    }
    List<InheritedSocket> unwanted = its.takeUnwanted();
    for (InheritedSocket one : unwanted) {
      one.close();
      warn(
          "Nobody here listens on %s, which was passed to this process; it is closed. See host and port of the components"
              .formatted(one));
    }
    await(its);
    its.accept();
    Predecessor old = predecessor;
    if (old == null) {
      owner.tookOver();
    } else {
      old.ready(
          unwanted,
          () -> {
            its.predecessorGone();
            info("Took over from process " + old.pid());
            owner.tookOver();
          });
    }
  }

  private void await(ListeningSockets its) {
    HandoverServer made = server;
    if (made != null) {
      try {
        made.listen(its);
        synchronized (this) {
          serves = !stops;
        }
      } catch (IOException e) {
        warn("No successor can take over: " + FailureText.withRoot(e));
      }
    }
  }

  /**
   * A stop has begun.
   *
   * @param why who asked
   */
  public void stopBegan(String why) {
    synchronized (this) {
      stops = true;
      serves = false;
    }
    HandoverServer its = server;
    if (its != null) {
      its.stop(why);
    }
  }

  /** Starts a successor, by the command that has started this process. May block. */
  public void startSuccessor() {
    synchronized (this) {
      Process last = successor;
      if (!serves) {
        info(
            "SIGHUP: this process %s; there is nothing to hand over"
                .formatted(stops ? "stops" : "does not serve yet"));
      } else if (last != null && last.isAlive()) {
        info("SIGHUP: a successor, process %s, is about to start already".formatted(last.pid()));
      } else {
        start();
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nothing in it fails
  private void start() {
    try {
      Process started = SuccessorCommand.start(environment);
      successor = started;
      info("SIGHUP: starting a successor");
      started
          .onExit()
          .thenAccept(
              ended -> {
                if (ended.exitValue() != 0) {
                  warn(
                      "The successor ended with %s before it served; this process goes on"
                          .formatted(ended.exitValue()));
                }
              });
    } catch (IOException e) {
      warn("SIGHUP: the successor cannot be started: %s".formatted(FailureText.withRoot(e)));
    }
  }

  private void info(String text) {
    logs.accept(() -> log.info("{}", text));
  }

  private void warn(String text) {
    logs.accept(() -> log.warn("{}", text));
  }

  /** What happens there, told to the log and to the owner. */
  private record ServerEvents(Owner owner, Consumer<Runnable> logs)
      implements HandoverServer.Events {
    @Override
    public void info(String text) {
      logs.accept(() -> log.info("{}", text));
    }

    @Override
    public void warn(String text) {
      logs.accept(() -> log.warn("{}", text));
    }

    @Override
    public void handingOver(int pid) {
      owner.handingOver(pid);
    }

    @Override
    public void handedOver(int pid) {
      owner.handedOver(pid);
    }
  }
}
