package io.github.vertxlifecycle.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The connections that clients of this machine have, by the kernel's own table: whether a proxy
 * sends requests to an instance can be seen without asking either.
 */
final class EstablishedConnections {

  private static final Path TABLE = Path.of("/proc/net/tcp");
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final String ESTABLISHED = "01";

  private EstablishedConnections() {}

  /** How many there are to that port of 127.0.0.1. */
  static long to(int port) throws IOException {
    String remote = "0100007F:%04X".formatted(port);
    try (var lines = Files.lines(TABLE)) {
      return lines
          .map(line -> line.trim().split("\\s+"))
          .filter(columns -> columns[REMOTE].equals(remote) && columns[STATE].equals(ESTABLISHED))
          .count();
    }
  }
}
