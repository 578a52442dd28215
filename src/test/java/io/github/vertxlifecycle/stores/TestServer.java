package io.github.vertxlifecycle.stores;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedS3Verticle;
import io.github.vertxlifecycle.devservices.EmbeddedServerVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real server for the tests of one class, in a Vert.x of its own. */
public final class TestServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

  public static final String BUCKET = "things";
  public static final String ACCESS_KEY = "tester";
  public static final String SECRET_KEY = "r1ght";

  /** Put there by the build. */
  private static final String S3_JAR = "target/devservices/s3proxy.jar";

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedServerVerticle server;
  private final JsonObject section;

  private TestServer(EmbeddedServerVerticle server, int port) {
    this(server, new JsonObject().put("port", port));
  }

  private TestServer(EmbeddedServerVerticle server, JsonObject section) {
    this.server = server;
    this.section = section;
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

  /** Keeps a bucket, and takes its accessKey and its secretKey. */
  public static TestServer s3(int port) {
    return new TestServer(new EmbeddedS3Verticle(), s3Section().put("port", port));
  }

  /** The same, with its data in a directory that the test can look at. */
  public static TestServer s3(Path dataDir) {
    return new TestServer(new EmbeddedS3Verticle(), s3Section().put("dataDir", dataDir.toString()));
  }

  public static TestServer s3() {
    return s3(0);
  }

  /** The section of an {@link EmbeddedS3Verticle} with a bucket. */
  public static JsonObject s3Section() {
    return new JsonObject()
        .put("jar", S3_JAR)
        .put("buckets", new JsonArray().add(BUCKET))
        .put("accessKey", ACCESS_KEY)
        .put("secretKey", SECRET_KEY);
  }

  public TestServer start() {
    Await.success(vertx.deployVerticle(server, new DeploymentOptions().setConfig(section)));
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
