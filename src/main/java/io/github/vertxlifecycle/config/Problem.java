package io.github.vertxlifecycle.config;

/**
 * Something wrong in the configuration or in the declaration of the components.
 *
 * @param path where: {@code http.port}; empty for the whole
 * @param message what is wrong, and the mend
 */
public record Problem(String path, String message) {

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
