package io.github.vertxlifecycle.junit5;

/** A step of a component's life, in which a {@link StepFault} may happen. */
public enum Step {
  /** {@code onStart}: the component acquires what it needs. */
  START("onStart"),
  /** {@code onDrain}: the component stops taking new work. */
  DRAIN("onDrain"),
  /** {@code onStop}: the component gives back what it holds. */
  RELEASE("onStop");

  private final String method;

  Step(String method) {
    this.method = method;
  }

  /** The method of {@code LifecycleVerticle}. */
  @Override
  public String toString() {
    return method;
  }
}
