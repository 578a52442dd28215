package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.util.Collections;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/** Finds the class of the main verticle and makes the root of the application from it. */
final class MainVerticle {

  private MainVerticle() {}

  /**
   * Makes the root.
   *
   * @param given the class on the command line; without one the manifest of the jar says it
   * @param deployment what the command line says about its deployment
   * @return an instance of that class, or a {@link SingleVerticle} around it
   * @throws LaunchException if there is no such class, or none that could be deployed
   */
  static RootVerticle root(@Nullable String given, DeploymentOptions deployment)
      throws LaunchException {
    String name = className(given);
    Class<?> type = load(name);
    if (RootVerticle.class.isAssignableFrom(type)) {
      return make(type.asSubclass(RootVerticle.class));
    }
    if (!Deployable.class.isAssignableFrom(type)) {
      throw LaunchException.usage(
          name + " is not a verticle: it does not implement " + Deployable.class);
    }
    return new SingleVerticle(type.asSubclass(Deployable.class), deployment);
  }

  private static String className(@Nullable String given) throws LaunchException {
    String name = given == null ? fromManifest() : given;
    if (name == null) {
      throw LaunchException.usage(
          "There is no main verticle: name its class on the command line,"
              + " or as Main-Verticle in the manifest of the jar");
    }
    return name.startsWith("java:") ? name.substring("java:".length()) : name;
  }

  /** From the manifest that makes this launcher the main class, among all on the class path. */
  private static @Nullable String fromManifest() throws LaunchException {
    try {
      ClassLoader loader = MainVerticle.class.getClassLoader();
      for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
        try (InputStream stream = url.openStream()) {
          Attributes attributes = new Manifest(stream).getMainAttributes();
          if (Main.class.getName().equals(attributes.getValue(Attributes.Name.MAIN_CLASS))) {
            return attributes.getValue("Main-Verticle");
          }
        }
      }
      return null;
    } catch (IOException e) {
      throw LaunchException.usage("The manifest of the jar cannot be read: " + e);
    }
  }

  private static Class<?> load(String name) throws LaunchException {
    try {
      return Class.forName(name, true, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw LaunchException.usage("There is no class " + name + " on the class path");
    } catch (LinkageError e) {
      throw new LaunchException(
          ExitCode.START_FAILED, name + " cannot be loaded: " + StartProblem.text(e));
    }
  }

  private static RootVerticle make(Class<? extends RootVerticle> type) throws LaunchException {
    try {
      Constructor<? extends RootVerticle> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true); // need not be public, as the class need not
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getCause() == null ? e : e.getCause();
      String needs = FailureText.missingLibrary(thrown);
      throw new LaunchException(
          ExitCode.START_FAILED,
          needs == null
              ? "The constructor of %s threw %s"
                  .formatted(type.getName(), StartProblem.text(thrown))
              : type.getName() + " " + needs);
    } catch (ReflectiveOperationException e) {
      throw LaunchException.usage(
          type.getName() + " cannot be made by a constructor without parameters: " + e);
    }
  }
}
