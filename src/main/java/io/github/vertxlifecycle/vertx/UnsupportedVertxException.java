package io.github.vertxlifecycle.vertx;

/**
 * The library does not run on the Vert.x that is here. The message is one sentence for a person.
 */
public final class UnsupportedVertxException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  UnsupportedVertxException(String message) {
    super(message);
  }
}
