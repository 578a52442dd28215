package io.github.vertxlifecycle.acme;

import org.jspecify.annotations.Nullable;

/** The result of one check of the storage, and of an order if a certificate was due. */
sealed interface RenewalResult {

  /** The certificate that is there now, or null. */
  @Nullable IssuedCertificate certificate();

  /** The certificate has just been issued, or is not due yet. */
  record UpToDate(IssuedCertificate certificate, boolean asked) implements RenewalResult {}

  /** Another process or component is ordering the certificate. */
  record InProgressElsewhere(@Nullable IssuedCertificate certificate) implements RenewalResult {}

  /** An attempt failed, now or earlier, and it is too early for the next one. */
  record RetryLater(@Nullable IssuedCertificate certificate, FailedAttempts attempts, boolean asked)
      implements RenewalResult {}

  /** The stored certificate, without a check whether it is due. */
  record StoredOnly(@Nullable IssuedCertificate certificate) implements RenewalResult {}

  /** A stop is under way: no order was made, or its answer was not awaited. */
  record Abandoned(@Nullable IssuedCertificate certificate) implements RenewalResult {}
}
