package io.github.vertxlifecycle.handover;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets that a supervisor has opened for this process: those of {@code
 * sd_listen_fds(3)}, announced by {@code LISTEN_FDS} and {@code LISTEN_PID}, or one as standard
 * input, as {@code inetd} and {@code StandardInput=socket} pass it.
 */
final class SocketActivation {

  private static final int FIRST = 3; // SD_LISTEN_FDS_START

  private SocketActivation() {}

  /**
   * The sockets that were passed.
   *
   * @param environment that of this process
   * @param epoll whether the application runs on epoll
   * @param warn hears of what was passed and is of no use
   * @return those that listen, in the order of their descriptors
   * @throws HandoverException if there are some and they cannot be used here
   */
  static List<InheritedSocket> sockets(
      Map<String, String> environment, long pid, boolean epoll, Consumer<String> warn)
      throws HandoverException {
    int count = PassedSockets.count(environment, pid, warn);
    List<InheritedSocket> sockets = new ArrayList<>();
    InheritedSocket input = standardInput(epoll);
    if (input != null) {
      sockets.add(input);
    }
    if (count > 0 && !epoll) {
      throw HandoverException.unusable(
          "LISTEN_FDS passes %s, which only epoll can use, and the application runs without; see preferNativeTransport, and the class path (netty-transport-native-epoll). On NIO pass one socket as standard input (StandardInput=socket)"
              .formatted(count == 1 ? "a socket" : count + " sockets"));
    }
    for (int descriptor = FIRST; descriptor < FIRST + count; descriptor++) {
      add(descriptor, sockets, warn);
    }
    return sockets;
  }

  private static void add(int descriptor, List<InheritedSocket> sockets, Consumer<String> warn) {
    try {
      InheritedSocket socket =
          EpollSockets.inherit(descriptor, InheritedSocket.Keeper.SUPERVISOR, null);
      EpollSockets.unblock(descriptor);
      sockets.add(socket);
    } catch (IOException e) {
      warn.accept("A passed descriptor is not used: " + e.getMessage());
    }
  }

  private static @Nullable InheritedSocket standardInput(boolean epoll) {
    if (!PassedSockets.isStandardInputOne()) {
      return null;
    }
    try {
      if (epoll) {
        InheritedSocket socket = EpollSockets.inherit(0, InheritedSocket.Keeper.SUPERVISOR, null);
        EpollSockets.unblock(0);
        return socket;
      }
      Channel inherited = System.inheritedChannel();
      return inherited instanceof ServerSocketChannel listening
          ? InheritedSocket.ofStandardInput(listening)
          : null;
    } catch (IOException e) {
      return null; // a connection, or nothing that anybody meant to pass
    }
  }
}
