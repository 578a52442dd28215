package io.github.vertxlifecycle.http;

/** Where a server listens, for those who do not extend it. */
public final class ListeningPort {

  private ListeningPort() {}

  /**
   * The port of a server that has started.
   *
   * @param server one instance of it
   * @return the port, the same for all instances; 0 on a Unix domain socket and before the start
   */
  public static int of(HttpVerticle server) {
    return server.port();
  }
}
