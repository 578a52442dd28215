package io.github.vertxlifecycle.http;

import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Writes addresses as {@code host:port}, when somebody looks. */
final class PeerAddress {

  private final Object address;

  private PeerAddress(Object address) {
    this.address = address;
  }

  static @Nullable PeerAddress of(@Nullable Object address) {
    return address == null ? null : new PeerAddress(address);
  }

  @Override
  public String toString() {
    if (address instanceof InetSocketAddress inet) {
      return inet.getHostString() + ":" + inet.getPort();
    }
    return address instanceof SocketAddress vertx && vertx.isInetSocket()
        ? vertx.host() + ":" + vertx.port()
        : address.toString();
  }
}
