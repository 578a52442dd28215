package io.github.vertxlifecycle.vertx;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session of SockJS whose client does not use a WebSocket: it sends by one kind of request and
 * receives by another one, a long poll or an answer without end, and between two of those nobody
 * listens. Vert.x Web keeps such sessions in a map of its own, by the id that is in their paths.
 *
 * <p>Thread-safe; equal if it is the same session.
 *
 * @param socket the session as its handler knows it
 */
public record SockJsSession(SockJSSocket socket) {

  private static final String ALL = "_vertx.sockjssessions";

  private static final Class<?> SESSION =
      Internals.classOf("io.vertx.ext.web.handler.sockjs.impl.SockJSSession");

  private static final MethodHandle CONTEXT = getter("context", ContextInternal.class);
  private static final MethodHandle WAITING = getter("pendingWrites", Deque.class);
  private static final MethodHandle CLOSED = getter("closed", boolean.class);
  private static final MethodHandle LISTENER =
      getter(
          "listener", Internals.classOf("io.vertx.ext.web.handler.sockjs.impl.TransportListener"));

  private static MethodHandle getter(String field, Class<?> type) {
    return Internals.getter(SESSION, field, type)
        .asType(
            MethodType.methodType(
                type == boolean.class ? boolean.class : Object.class, Object.class));
  }

  /**
   * The sessions that have not ended, of all servers.
   *
   * @param vertx whose
   * @return a fresh list
   */
  public static List<SockJsSession> all(Vertx vertx) {
    List<SockJsSession> all = new ArrayList<>();
    for (Object one : sessions(vertx).values()) {
      all.add(new SockJsSession((SockJSSocket) one));
    }
    return all;
  }

  /**
   * Finds a session.
   *
   * @param vertx where it is
   * @param id as in its paths
   * @return null if there is none
   */
  public static @Nullable SockJsSession of(Vertx vertx, String id) {
    Object found = sessions(vertx).get(id);
    return found == null ? null : new SockJsSession((SockJSSocket) found);
  }

  private static LocalMap<String, Object> sessions(Vertx vertx) {
    return vertx.sharedData().getLocalMap(ALL);
  }

  /**
   * The context on which its messages are handled.
   *
   * @return the context, of its own
   */
  public Context context() {
    return (Context) get(CONTEXT);
  }

  /**
   * How many messages wait for the client to listen.
   *
   * @return their number
   */
  public int waiting() {
    synchronized (socket) { // as Vert.x Web does
      return ((Deque<?>) get(WAITING)).size();
    }
  }

  /**
   * Whether its client listens now.
   *
   * @return false between two polls
   */
  public boolean isListening() {
    try {
      Object listener = (Object) LISTENER.invokeExact((Object) socket);
      return listener != null;
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }

  /**
   * Whether it has ended.
   *
   * @return true if nothing can be sent any more
   */
  public boolean isClosed() {
    synchronized (socket) {
      try {
        return (boolean) CLOSED.invokeExact((Object) socket);
      } catch (Throwable e) {
        throw Internals.unchecked(e);
      }
    }
  }

  private Object get(MethodHandle field) {
    try {
      return (Object) field.invokeExact((Object) socket);
    } catch (Throwable e) {
      throw Internals.unchecked(e);
    }
  }
}
