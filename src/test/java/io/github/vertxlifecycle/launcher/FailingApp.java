package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * An application that fails where its first argument says, beside a thread of its own that would
 * keep the JVM for ever.
 */
final class FailingApp extends RootVerticle {

  private final String where;

  private FailingApp(String where) {
    this.where = where;
    failIf("constructor");
  }

  /** Runs it; its first argument says where it fails. */
  public static void main(String[] args) {
    new Thread(FailingApp::live).start();
    String where = args[0];
    Lifecycle.run(
        () -> {
          switch (where) {
            case "nothing" -> {
              return null;
            }
            case "initializer" -> Uninitializable.touch();
            case "initializer twice" -> {
              try {
                Uninitializable.touch();
              } catch (ExceptionInInitializerError e) {
                Uninitializable.touch();
              }
            }
            default -> {}
          }
          return new FailingApp(where);
        });
  }

  private static void live() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void failIf(String place) {
    if (where.equals(place)) {
      throw new AssertionError("first\nsecond", new UnknownHostException("db.internal"));
    }
  }

  @Override
  protected void components(Components app) {
    failIf("components");
    if (where.equals("recursion")) {
      components(app);
    }
    app.add(
        "part",
        () -> {
          failIf("supplier");
          if (where.equals("component's initializer")) {
            Uninitializable.touch();
          }
          return new Part();
        });
  }

  /** A class whose static initializer fails. */
  private static final class Uninitializable {
    private static final int SIZE = Integer.parseInt("many");

    static void touch() {
      System.out.println(SIZE);
    }
  }

  private final class Part extends LifecycleVerticle {
    @Override
    protected void configure(Section section) {
      failIf("configure");
    }

    @Override
    protected @Nullable JsonObject configSchema() {
      failIf("configSchema");
      return null;
    }

    @Override
    protected Future<?> onStart() throws IOException {
      failIf("onStart");
      if (where.equals("file")) {
        Files.readString(Path.of("/etc/links/signing.key"));
      }
      return where.equals("host")
          ? Future.failedFuture(new UnknownHostException("db.internal"))
          : Future.succeededFuture();
    }
  }
}
