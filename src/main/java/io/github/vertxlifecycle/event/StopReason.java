package io.github.vertxlifecycle.event;

import java.util.Objects;

/**
 * Why a stop began.
 *
 * @param kind who asked
 * @param detail what exactly, for a reader: {@code SIGTERM}, {@code start of "http" failed}
 */
public record StopReason(Kind kind, String detail) {

  /** Who asked for the stop. */
  public enum Kind {
    /** The operating system's signal. */
    SIGNAL,
    /** Vert.x: an undeploy or {@code Vertx.close()}. */
    UNDEPLOY,
    /** The start failed; what had started is rolled back. */
    FAILED_START,
    /** A component, or the root, has said that it cannot go on. */
    FAILED,
    /** The application's own request, {@code System.exit} included. */
    REQUEST,
    /** Another process has the listening sockets, and serves. */
    HANDOVER
  }

  /**
   * Checks that nothing is missing.
   *
   * @param kind who asked
   * @param detail what exactly
   */
  public StopReason {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(detail, "detail");
  }

  @Override
  public String toString() {
    return detail;
  }
}
