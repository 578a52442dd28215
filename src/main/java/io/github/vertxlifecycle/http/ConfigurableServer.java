package io.github.vertxlifecycle.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server as an application sees it: all that Vert.x offers, in whichever version, but for what
 * would take the server out of this library's hands. A connection handler comes after ours.
 */
final class ConfigurableServer implements InvocationHandler {

  private static final Set<String> OURS =
      Set.of("requestHandler", "requestStream", "listen", "shutdown", "close");

  private final HttpServer server;
  private final HttpServer configurable;
  private volatile @Nullable Handler<HttpConnection> theirs;

  /**
   * Wraps a server.
   *
   * @param ours hears of each connection before the application does
   */
  ConfigurableServer(HttpServer server, Handler<HttpConnection> ours) {
    this.server = server;
    this.configurable =
        (HttpServer)
            Proxy.newProxyInstance(
                HttpServer.class.getClassLoader(), new Class<?>[] {HttpServer.class}, this);
    server.connectionHandler(
        connection -> {
          ours.handle(connection);
          Handler<HttpConnection> next = theirs;
          if (next != null) {
            next.handle(connection);
          }
        });
  }

  HttpServer server() {
    return configurable;
  }

  @Override
  @SuppressWarnings("unchecked") // the parameter of connectionHandler
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    boolean changes = arguments != null && arguments.length > 0;
    if (OURS.contains(name) && (changes || !name.equals("requestHandler"))) {
      throw new UnsupportedOperationException(
          name + " is the HttpVerticle's own: add routes in routes(), and stop the component");
    }
    if (name.equals("connectionHandler") && arguments != null) {
      theirs = (Handler<HttpConnection>) arguments[0];
      return proxy;
    }
    try {
      Object answer = method.invoke(server, arguments);
      return answer == server ? proxy : answer;
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
