package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Where a side listens.
 *
 * @param http for the server with routes
 * @param plain for the one that has none
 */
record Ports(int http, int plain) {

  /** Two that were free a moment ago. */
  static Ports free() throws IOException {
    try (ServerSocket one = socket();
        ServerSocket other = socket()) {
      return new Ports(one.getLocalPort(), other.getLocalPort());
    }
  }

  private static ServerSocket socket() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @Override
  public String toString() {
    return http + " " + plain;
  }
}
