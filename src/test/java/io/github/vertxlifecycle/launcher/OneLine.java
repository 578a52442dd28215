package io.github.vertxlifecycle.launcher;

/** The main class of an application that brings its own. */
final class OneLine {
  private OneLine() {}

  public static void main(String[] args) {
    Lifecycle.run(ScriptedApp::new, args);
  }
}
