package io.github.vertxlifecycle.launcher;

/** The two ways in which a process ends itself, as a port: tests put a recording one in place. */
interface JvmExit {

  /** This process. */
  JvmExit REAL =
      new JvmExit() {
        @Override
        public void exit(int code) {
          System.exit(code);
        }

        @Override
        public void halt(int code) {
          Runtime.getRuntime().halt(code);
        }
      };

  /** Runs the shutdown hooks and ends. Never to be called from a hook: it would wait for itself. */
  void exit(int code);

  /** Ends at once. */
  void halt(int code);
}
