package io.github.vertxlifecycle.acme;

import org.jspecify.annotations.Nullable;

/** What one look at the storage came to, and at the authority if a certificate was due. */
sealed interface RenewalResult {

  /** The certificate that is there now, or null. */
  @Nullable IssuedCertificate certificate();

  /** It is good for a while. */
  record UpToDate(IssuedCertificate certificate, boolean asked) implements RenewalResult {}

  /** Another process, or another component, is asking. */
  record InProgressElsewhere(@Nullable IssuedCertificate certificate) implements RenewalResult {}

  /** An attempt failed, this time or before, and it is too early for the next. */
  record RetryLater(@Nullable IssuedCertificate certificate, FailedAttempts attempts, boolean asked)
      implements RenewalResult {}

  /** Nothing but what the storage holds. */
  record StoredOnly(@Nullable IssuedCertificate certificate) implements RenewalResult {}

  /** A stop is under way: nobody was asked, or the answer was not awaited. */
  record Abandoned(@Nullable IssuedCertificate certificate) implements RenewalResult {}
}
