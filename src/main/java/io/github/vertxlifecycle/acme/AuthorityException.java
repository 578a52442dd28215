package io.github.vertxlifecycle.acme;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The authority gives no certificate this time. The message says why, in its own words. */
final class AuthorityException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient @Nullable Instant retryAfter;

  AuthorityException(String message, @Nullable Throwable cause, @Nullable Instant retryAfter) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  AuthorityException(String message) {
    this(message, null, null);
  }

  /** Before when it does not want to be asked again; null if it did not say. */
  @Nullable Instant retryAfter() {
    return retryAfter;
  }
}
