package io.github.vertxlifecycle.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.BindException;

/** What the transport of a Vert.x, NIO, epoll or another, can do, and how it fails. */
public final class Transports {

  /** Known by name: on NIO its library may be missing. */
  private static final String NATIVE_PROBLEM = "io.netty.channel.unix.Errors$NativeIoException";

  private Transports() {}

  /**
   * Whether it has Unix domain sockets.
   *
   * @param vertx the Vert.x
   * @return whether a server can listen on one
   */
  public static boolean haveDomainSockets(Vertx vertx) {
    return ((VertxInternal) vertx).transport().supportsDomainSockets();
  }

  /**
   * What kept a socket from listening, in the words of the JDK whatever the transport. A native one
   * of Netty says {@code bind(..) failed with error(-98): Address already in use}.
   *
   * @param problem why Vert.x does not listen
   * @return a {@link BindException}, if that is what it would be on NIO; else the problem itself
   */
  public static Throwable bindProblem(Throwable problem) {
    String text = problem.getMessage();
    return problem.getClass().getName().equals(NATIVE_PROBLEM)
            && text != null
            && text.startsWith("bind(")
        ? new BindException(text.substring(text.lastIndexOf(": ") + 2))
        : problem;
  }
}
