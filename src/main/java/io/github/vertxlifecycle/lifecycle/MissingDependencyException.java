package io.github.vertxlifecycle.lifecycle;

/**
 * A component asked for what another one provides without having declared that it depends on it, or
 * for what none of its declared dependencies provides.
 */
public final class MissingDependencyException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  MissingDependencyException(String message) {
    super(message);
  }
}
