package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.graph.GraphException;
import io.vertx.core.Deployable;
import java.util.function.Supplier;

/** Makes verticles of a class that is known by its name only. */
record ByClassName(String className) implements Supplier<Deployable> {

  @Override
  public Deployable get() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return Class.forName(className, true, loader)
          .asSubclass(Deployable.class)
          .getConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw new GraphException("there is no class " + className + " on the class path");
    } catch (ClassCastException e) {
      throw new GraphException(
          className + " is not a verticle: it does not implement io.vertx.core.Deployable");
    } catch (ReflectiveOperationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new GraphException(
          className
              + " cannot be made by a public constructor without parameters: "
              + FailureText.withRoot(cause));
    }
  }
}
