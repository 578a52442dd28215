package io.github.vertxlifecycle.acme;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The authority issued no certificate. The message says why, in the authority's own words. */
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

  /** The time before which the authority wants no further request; null if it named none. */
  @Nullable Instant retryAfter() {
    return retryAfter;
  }
}
