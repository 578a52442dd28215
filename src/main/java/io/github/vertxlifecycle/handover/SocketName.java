package io.github.vertxlifecycle.handover;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a socket listens.
 *
 * @param address address and port; null for a Unix domain socket
 * @param path the path of a Unix domain socket; null for TCP
 */
public record SocketName(@Nullable InetSocketAddress address, @Nullable String path) {

  /**
   * The name of a TCP socket. Looks the host up, and may block.
   *
   * @param host an address of this machine, or its name
   * @param port the port; 0, for any free one, is the name of no socket that exists
   * @return the name
   */
  public static SocketName resolved(String host, int port) {
    return new SocketName(new InetSocketAddress(host, port), null);
  }

  /**
   * The name of a Unix domain socket.
   *
   * @param path where clients find it
   * @return the name
   */
  public static SocketName ofPath(String path) {
    return new SocketName(null, path);
  }

  /**
   * Whether a socket that listens here serves whoever asks for that one: the same address, or all
   * addresses where all are asked for. A socket of all IPv6 addresses serves those of IPv4, too,
   * unless it was told not to.
   *
   * @param wanted where somebody wants to listen
   * @param onlyIpv6 whether it was told not to
   */
  boolean serves(SocketName wanted, boolean onlyIpv6) {
    InetSocketAddress mine = address;
    InetSocketAddress theirs = wanted.address;
    if (mine == null || theirs == null) {
      return mine == null && theirs == null && Objects.equals(path, wanted.path);
    }
    InetAddress my = mine.getAddress();
    InetAddress their = theirs.getAddress();
    if (theirs.getPort() == 0 || mine.getPort() != theirs.getPort() || their == null) {
      return false;
    }
    boolean all = my.isAnyLocalAddress() && their.isAnyLocalAddress();
    return my.equals(their)
        || (all && my instanceof Inet6Address && (!onlyIpv6 || their instanceof Inet6Address));
  }

  @Override
  public String toString() {
    InetSocketAddress its = address;
    if (its == null) {
      return "unix:" + path;
    }
    InetAddress resolved = its.getAddress();
    String host = resolved == null ? its.getHostString() : resolved.getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + its.getPort();
  }
}
