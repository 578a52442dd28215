package io.github.vertxlifecycle.config;

/**
 * Something wrong in the configuration or in the declaration of the components.
 *
 * @param path where: {@code http.port}; empty for the configuration as such
 * @param message what is wrong, and how to fix it
 */
public record Problem(String path, String message) {

  @Override
  public String toString() {
    return path.isEmpty() ? message : path + ": " + message;
  }
}
