package io.github.vertxlifecycle.graph;

/**
 * The declared components do not make a graph, or what is said of one is contradictory; the message
 * names it and says what to do.
 */
public final class GraphException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what is wrong, and how to fix it
   */
  public GraphException(String message) {
    super(message);
  }
}
