package io.github.vertxlifecycle.launcher;

import com.google.zxing.BarcodeFormat;
import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.github.vertxlifecycle.redis.RedisVerticle;
import io.github.vertxlifecycle.s3.S3Verticle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import org.jspecify.annotations.Nullable;

/** An application with one component, which needs a library; its first argument says which. */
final class LibraryApp extends RootVerticle {

  private final String kind;

  private LibraryApp(String kind) {
    this.kind = kind;
  }

  /** Runs it. */
  public static void main(String[] args) {
    String kind = args[0];
    String[] rest = new String[args.length - 1];
    System.arraycopy(args, 1, rest, 0, rest.length);
    Lifecycle.run(
        () -> {
          if (kind.equals("supplier")) {
            System.out.println(BarcodeFormat.QR_CODE);
          }
          return new LibraryApp(kind);
        },
        rest);
  }

  @Override
  protected void components(Components app) {
    app.add("first", () -> new Part("none"));
    switch (kind) {
      case "components" -> System.out.println(BarcodeFormat.QR_CODE);
      case "http" -> app.add("part", Server::new);
      case "postgres" -> app.add("part", PostgresVerticle::new);
      case "redis" -> app.add("part", RedisVerticle::new);
      case "s3" -> app.add("part", S3Verticle::new);
      case "embedded-postgres" -> app.add("part", EmbeddedPostgresVerticle::new);
      case "embedded-redis" -> app.add("part", EmbeddedRedisVerticle::new);
      default -> app.add("part", () -> new Part(kind));
    }
  }

  private static final class Server extends HttpVerticle {
    @Override
    protected void routes(Router router) {}
  }

  /** Uses a library in one of its steps. */
  private static final class Part extends LifecycleVerticle {
    private final String kind;

    Part(String kind) {
      this.kind = kind;
      useIn("constructor");
    }

    private void useIn(String step) {
      if (kind.equals(step)) {
        System.out.println(BarcodeFormat.QR_CODE);
      }
    }

    @Override
    protected @Nullable JsonObject configSchema() {
      return kind.equals("schema") ? new JsonObject().put("type", "object") : null;
    }

    @Override
    protected Future<?> onStart() {
      useIn("onStart");
      if (kind.equals("named")) {
        try {
          Class.forName("com.google.zxing.BarcodeFormat");
        } catch (ClassNotFoundException e) {
          return Future.failedFuture(e);
        }
      }
      if (kind.equals("later")) {
        vertx.runOnContext(v -> fail(failed()));
      }
      return Future.succeededFuture();
    }

    private static Throwable failed() {
      try {
        return new IllegalStateException(BarcodeFormat.QR_CODE.name());
      } catch (NoClassDefFoundError e) {
        return e;
      }
    }

    @Override
    protected Future<?> onStop() {
      useIn("onStop");
      return Future.succeededFuture();
    }
  }
}
