package io.github.vertxlifecycle.stores;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedServerVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real server for the tests of one class, in a Vert.x of its own. */
public final class TestServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedServerVerticle server;
  private final int port;

  private TestServer(EmbeddedServerVerticle server, int port) {
    this.server = server;
    this.port = port;
  }

  public static TestServer postgres() {
    return new TestServer(new EmbeddedPostgresVerticle(), 0);
  }

  public static TestServer redis() {
    return redis(0);
  }

  public static TestServer redis(int port) {
    return new TestServer(new EmbeddedRedisVerticle(), port);
  }

  /** A port on which nobody listens, most likely for some time. */
  public static int freePort() {
    try (ServerSocket socket =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public TestServer start() {
    Await.success(
        vertx.deployVerticle(
            server, new DeploymentOptions().setConfig(new JsonObject().put("port", port))));
    return this;
  }

  public URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    Await.success(vertx.close());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }
}
