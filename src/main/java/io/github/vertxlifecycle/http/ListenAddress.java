package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param host an address of this machine; unused with a path
 * @param port the port, 0 for any free one; unused with a path
 * @param path a Unix domain socket, or null
 */
record ListenAddress(String host, int port, @Nullable String path) {

  private static final String UNIX = "unix:";

  static final ListenAddress DEFAULT = new ListenAddress("0.0.0.0", 8080, null);

  static ListenAddress of(Section section) {
    String host = section.string("host", DEFAULT.host);
    int port = section.integer("port", DEFAULT.port, 0, 65_535);
    String path = section.string("path");
    if (host.startsWith(UNIX)) {
      path = host.substring(UNIX.length()).replaceFirst("^//(?=/)", "");
    }
    if (path != null && !path.startsWith("/")) {
      section.problem("path", "must be an absolute path, not \"" + path + "\"");
    }
    return new ListenAddress(host, port, path);
  }

  ListenAddress withPort(int other) {
    return new ListenAddress(host, other, null);
  }

  /**
   * Makes a server listen on host and port.
   *
   * @param server the server
   * @param sharing the same for all that share one free port
   */
  Future<HttpServer> bind(HttpServer server, String sharing) {
    return server.listen(port == 0 ? sharedFreePort(sharing) : port, host);
  }

  /** A name that is the same for all instances that share a listening socket. */
  String shared(String sharing) {
    return port == 0 && path == null ? host + " for " + sharing : toString();
  }

  /** Vert.x takes a negative port for a free one that all who name the same number share. */
  private static int sharedFreePort(String sharing) {
    return -1 - Math.floorMod(sharing.hashCode(), 1 << 30);
  }

  String withActualPort(int actual) {
    return path == null ? host + ":" + actual : UNIX + path;
  }

  @Override
  public String toString() {
    return withActualPort(port);
  }
}
