package io.github.vertxlifecycle.launcher;

/**
 * Starts an application from the command line: {@code java … Main [-conf FILE] [MAIN-VERTICLE]}.
 *
 * <p>The main verticle is the class named there, or else the {@code Main-Verticle} of the manifest
 * whose {@code Main-Class} this is, as with Vert.x's own launcher. A class that is no {@code
 * RootVerticle} becomes the single component of one, named after the class: {@code HttpVerticle} as
 * {@code http}.
 */
public final class Main {

  private Main() {}

  /**
   * Runs until SIGINT, SIGTERM or SIGHUP; does not return.
   *
   * @param args the command line; {@code -help} prints what it may hold
   */
  public static void main(String[] args) {
    Lifecycle.launch(null, args);
  }
}
