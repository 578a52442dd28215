package io.github.vertxlifecycle.lifecycle;

/** Whether the launcher writes tables for people to standard output, beside the log. */
public enum ConsoleMode {
  /** If standard output is a terminal. */
  AUTO,
  /** Always. */
  ON,
  /** Never: what the tables say is an event of the log, with fields. */
  OFF
}
