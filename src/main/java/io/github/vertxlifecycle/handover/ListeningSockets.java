package io.github.vertxlifecycle.handover;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The listening sockets of an application: those that it has, and those that it got and nobody has
 * asked for yet. Who is about to listen asks here first. Thread-safe.
 */
public final class ListeningSockets implements Shareable {

  private static final String KEY = ListeningSockets.class.getName();

  private final Object lock = new Object();
  private final List<InheritedSocket> offered = new ArrayList<>(); // lock
  private final Set<OpenSocket> open = new LinkedHashSet<>(); // lock
  private boolean predecessorGone; // lock

  private ListeningSockets() {}

  /**
   * Those of the application that runs in a Vert.x.
   *
   * @param vertx the application's
   * @return the same for each call
   */
  public static ListeningSockets of(Vertx vertx) {
    LocalMap<String, ListeningSockets> map = vertx.sharedData().getLocalMap(KEY);
    return map.computeIfAbsent(KEY, key -> new ListeningSockets());
  }

  /**
   * Whether there is any socket that nobody has asked for yet.
   *
   * @return whether it is worth to know one's own name
   */
  public boolean offersAny() {
    synchronized (lock) {
      return !offered.isEmpty();
    }
  }

  /**
   * Whether there is a socket for a name.
   *
   * @param wanted where somebody is about to listen
   * @return whether {@link #open} will take an inherited one
   */
  public boolean offers(SocketName wanted) {
    synchronized (lock) {
      return find(wanted) != null;
    }
  }

  /**
   * Whether the socket for a name is a supervisor's, and so is its file.
   *
   * @param wanted where somebody is about to listen
   * @return false also if there is none
   */
  public boolean keeps(SocketName wanted) {
    synchronized (lock) {
      InheritedSocket found = find(wanted);
      return found != null && found.keeper() == InheritedSocket.Keeper.SUPERVISOR;
    }
  }

  private @Nullable InheritedSocket find(SocketName wanted) {
    for (InheritedSocket one : offered) {
      if (one.serves(wanted)) {
        return one;
      }
    }
    return null;
  }

  /**
   * Takes a socket in that is about to listen. If one was inherited for that name, it takes the
   * place of the one that was made.
   *
   * @param made is not registered yet
   * @param wanted where it is to listen; null if {@link #offersAny} was false
   * @param path where clients find it, if it is a Unix domain socket
   * @return the one to be used
   */
  public OpenSocket open(Channel made, @Nullable SocketName wanted, @Nullable String path) {
    InheritedSocket inherited;
    synchronized (lock) {
      inherited = wanted == null ? null : find(wanted);
      if (inherited != null) {
        offered.remove(inherited);
      }
    }
    OpenSocket socket =
        inherited == null
            ? new OpenSocket(made, path, null)
            : new OpenSocket(inherited.instead(made), path, inherited.keeper());
    synchronized (lock) {
      open.add(socket);
      if (predecessorGone) {
        socket.predecessorGone();
      }
    }
    socket.channel().closeFuture().addListener(closed -> forget(socket));
    return socket;
  }

  private void forget(OpenSocket socket) {
    synchronized (lock) {
      open.remove(socket);
    }
  }

  void offer(Collection<InheritedSocket> sockets) {
    synchronized (lock) {
      offered.addAll(sockets);
    }
  }

  /** Those that nobody has asked for; they are offered no longer. */
  List<InheritedSocket> takeUnwanted() {
    synchronized (lock) {
      List<InheritedSocket> unwanted = List.copyOf(offered);
      offered.clear();
      return unwanted;
    }
  }

  /** Accepts on all of them. To be called when all that is to listen does. */
  void accept() {
    synchronized (lock) {
      open.forEach(OpenSocket::accept);
    }
  }

  /** Those that listen now. */
  List<OpenSocket> listening() {
    synchronized (lock) {
      return open.stream().filter(OpenSocket::isListening).toList();
    }
  }

  void predecessorGone() {
    synchronized (lock) {
      predecessorGone = true;
      open.forEach(OpenSocket::predecessorGone);
    }
  }
}
