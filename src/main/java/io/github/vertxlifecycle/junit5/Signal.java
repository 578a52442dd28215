package io.github.vertxlifecycle.junit5;

/** A signal of the operating system to a process. */
public enum Signal {
  /** The terminal, or the connection to it, has gone. */
  HUP,
  /** Ctrl+C. */
  INT,
  /** What {@code kill} and every supervisor sends. */
  TERM,
  /** Ends the process at once; it hears nothing of it. */
  KILL,
  /** Holds the process: the system takes connections and bytes for it, and nothing answers. */
  STOP,
  /** Lets a process that is held go on. */
  CONT;

  @Override
  public String toString() {
    return "SIG" + name();
  }
}
