package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.vertx.VertxVersion;
import org.jspecify.annotations.Nullable;

/** The versions of the library, of Vert.x and of Java that run here. */
final class Versions {

  private Versions() {}

  static String text() {
    return "vertx-lifecycle %s, Vert.x %s, Java %s"
        .formatted(ours(), VertxVersion.found(), System.getProperty("java.version"));
  }

  private static String ours() {
    @Nullable String version = Versions.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }
}
