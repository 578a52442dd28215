package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.vertx.HttpConnections;
import io.netty.channel.Channel;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes addresses as {@code host:port}, when somebody looks. Behind a proxy that speaks the PROXY
 * protocol they are the client's, as soon as the proxy has said it.
 */
final class PeerAddress {

  private final Object address;

  private PeerAddress(Object address) {
    this.address = address;
  }

  static @Nullable PeerAddress of(@Nullable Object address) {
    return address == null ? null : new PeerAddress(address);
  }

  /** Of a connection on which Vert.x may not have looked at anything yet. */
  static @Nullable PeerAddress ofClient(Channel channel) {
    SocketAddress proxied = HttpConnections.proxied(channel);
    return of(proxied == null ? channel.remoteAddress() : proxied);
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
