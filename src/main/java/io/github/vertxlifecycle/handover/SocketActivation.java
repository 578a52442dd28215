package io.github.vertxlifecycle.handover;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Listening sockets that a supervisor has opened for this process: those of {@code
 * sd_listen_fds(3)}, announced by {@code LISTEN_FDS} and {@code LISTEN_PID}, or one as standard
 * input, as {@code inetd} and {@code StandardInput=socket} pass it.
 */
final class SocketActivation {

  static final String FDS = "LISTEN_FDS";
  static final String PID = "LISTEN_PID";
  static final String NAMES = "LISTEN_FDNAMES";

  private static final int FIRST = 3; // SD_LISTEN_FDS_START
  private static final int MOST = 1_024;
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");

  private SocketActivation() {}

  /** Whether anything is passed, as it seems. */
  static boolean isWanted(Map<String, String> environment) {
    return environment.containsKey(FDS) || isStandardInputASocket();
  }

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
    int count = count(environment, pid, warn);
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

  private static int count(Map<String, String> environment, long pid, Consumer<String> warn) {
    String fds = environment.get(FDS);
    if (fds == null || fds.isEmpty()) {
      return 0;
    }
    String meant = environment.get(PID);
    try {
      if (meant != null && Long.parseLong(meant.strip()) != pid) {
        warn.accept(
            "LISTEN_FDS is meant for process %s, and this is %s: the sockets are not used. A shell in between should exec java"
                .formatted(meant, pid));
        return 0;
      }
      int count = Integer.parseInt(fds.strip());
      if (count < 0 || count > MOST) {
        throw new NumberFormatException();
      }
      return count;
    } catch (NumberFormatException e) {
      warn.accept("LISTEN_FDS=%s, LISTEN_PID=%s: no such numbers; not used".formatted(fds, meant));
      return 0;
    }
  }

  private static void add(int descriptor, List<InheritedSocket> sockets, Consumer<String> warn) {
    try {
      InheritedSocket socket =
          InheritedSocket.of(descriptor, InheritedSocket.Keeper.SUPERVISOR, null);
      unblock(descriptor);
      sockets.add(socket);
    } catch (IOException e) {
      warn.accept("A passed descriptor is not used: " + e.getMessage());
    }
  }

  private static boolean isStandardInputASocket() {
    try {
      return Files.isSymbolicLink(STANDARD_INPUT)
          && Files.readSymbolicLink(STANDARD_INPUT).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable InheritedSocket standardInput(boolean epoll) {
    if (!isStandardInputASocket()) {
      return null;
    }
    try {
      if (epoll) {
        InheritedSocket socket = InheritedSocket.of(0, InheritedSocket.Keeper.SUPERVISOR, null);
        unblock(0);
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

  /**
   * Makes a socket answer at once instead of waiting, which is a property of the open file, not of
   * the descriptor. Netty does that to what it receives, and has no other way: the descriptor is
   * sent to ourselves, and what arrives is closed.
   */
  private static void unblock(int descriptor) throws IOException {
    Epoll.ensureAvailability();
    DomainSocketAddress name = new DomainSocketAddress("\0" + UUID.randomUUID());
    Socket listening = Socket.newSocketDomain();
    Socket sender = Socket.newSocketDomain();
    try {
      listening.bind(name);
      listening.listen(1);
      sender.connect(name);
      Socket receiver = new Socket(listening.accept(new byte[128]));
      try {
        if (sender.sendFd(descriptor) <= 0) {
          throw new IOException("it cannot be passed on");
        }
        int copy = receiver.recvFd();
        if (copy <= 0) {
          throw new IOException("it cannot be received");
        }
        new Socket(copy).close();
      } finally {
        receiver.close();
      }
    } finally {
      sender.close();
      listening.close();
    }
  }
}
