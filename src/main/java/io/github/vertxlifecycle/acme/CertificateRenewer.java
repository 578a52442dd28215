package io.github.vertxlifecycle.acme;

import io.github.vertxlifecycle.work.Work;
import io.github.vertxlifecycle.work.WorkTracker;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks whether a certificate is due, and orders it if so. An order is made under the storage's
 * lock, after a second check, so that no process orders a certificate that another one has just
 * got, or has just failed to get.
 *
 * <p>Blocks. One call at a time; an interrupt ends it.
 */
final class CertificateRenewer {

  private static final Logger log = LoggerFactory.getLogger(CertificateRenewer.class);

  private final String component;
  private final AcmeOptions options;
  private final CertificateStorage storage;
  private final Authority authority;
  private final WorkTracker work;
  private final InstantSource wall;
  private final DoubleSupplier chance;

  /** How late in the time for renewals this process renews, from 0 to 1. */
  private final double lateness;

  /** Failed attempts that could not be noted in the storage. */
  private FailedAttempts unwritten = FailedAttempts.NONE;

  CertificateRenewer(
      String component,
      AcmeOptions options,
      CertificateStorage storage,
      Authority authority,
      WorkTracker work,
      InstantSource wall,
      DoubleSupplier chance) {
    this.component = component;
    this.options = options;
    this.storage = storage;
    this.authority = authority;
    this.work = work;
    this.wall = wall;
    this.chance = chance;
    this.lateness = chance.getAsDouble();
  }

  double lateness() {
    return lateness;
  }

  /** Reads the stored certificate, whether it is due or not. */
  RenewalResult peek() {
    try {
      return new RenewalResult.StoredOnly(storage.certificate());
    } catch (IOException e) {
      return new RenewalResult.StoredOnly(null); // the check after it reports the fault
    }
  }

  RenewalResult check() {
    IssuedCertificate known = null;
    try {
      known = storage.certificate();
      RenewalResult enough = enough(known);
      if (enough != null) {
        return enough;
      }
      try (StorageLock lock = storage.tryLock()) {
        if (lock == null) {
          return new RenewalResult.InProgressElsewhere(known);
        }
        known = storage.certificate();
        enough = enough(known);
        return enough != null ? enough : order(known);
      }
    } catch (ClosedByInterruptException e) {
      return new RenewalResult.Abandoned(known);
    } catch (IOException | RuntimeException | LinkageError e) {
      unwritten = unwritten.failed(wall.instant(), local(e), null, chance.getAsDouble());
      return new RenewalResult.RetryLater(known, unwritten, true);
    }
  }

  /** What is wrong on this machine, and what to do. */
  private String local(Throwable fault) {
    if (fault instanceof FaultyFileException) {
      return String.valueOf(fault.getMessage());
    } else if (fault instanceof IOException) {
      return "cannot use %s: %s; make it writable for this process or set tls.acme.storage"
          .formatted(options.storage().toAbsolutePath(), fault);
    }
    return fault.toString();
  }

  /** The result if no order is due; null if it is time to order. */
  private @Nullable RenewalResult enough(@Nullable IssuedCertificate known) throws IOException {
    if (known != null && wall.instant().isBefore(known.renewAt(lateness))) {
      unwritten = FailedAttempts.NONE;
      return new RenewalResult.UpToDate(known, false);
    }
    FailedAttempts attempts = attempts();
    return wall.instant().isBefore(attempts.next())
        ? new RenewalResult.RetryLater(known, attempts, false)
        : null;
  }

  private FailedAttempts attempts() throws IOException {
    Instant now = wall.instant();
    FailedAttempts attempts = storage.attempts().asOf(now);
    unwritten = unwritten.asOf(now);
    return attempts.next().isBefore(unwritten.next()) ? unwritten : attempts;
  }

  private RenewalResult order(@Nullable IssuedCertificate known) throws IOException {
    Work one = work.admit("certificate for " + options.names(), options.authority());
    if (one == null) {
      return new RenewalResult.Abandoned(known);
    }
    try {
      if (known == null) {
        log.info(
            "{}: asking {} for a certificate for {}",
            component,
            options.authority(),
            options.names());
      } else {
        log.info(
            "{}: asking {} for the next certificate for {}",
            component,
            options.authority(),
            options.names());
      }
      String pem = authority.order(storage);
      storage.certificate(pem);
      unwritten = FailedAttempts.NONE;
      IssuedCertificate issued = storage.certificate();
      if (issued == null) {
        throw new IOException(storage.certificateFile() + " has gone");
      }
      return new RenewalResult.UpToDate(issued, true);
    } catch (AuthorityException e) {
      return failed(known, options.authority() + ": " + e.getMessage(), e.retryAfter());
    } catch (InterruptedException | ClosedByInterruptException e) {
      return new RenewalResult.Abandoned(known);
    } catch (IOException e) {
      return failed(known, local(e), null);
    } finally {
      one.done();
    }
  }

  /** Notes a failed attempt in the storage, or in memory if that fails. */
  private RenewalResult failed(
      @Nullable IssuedCertificate known, String why, @Nullable Instant retryAfter)
      throws IOException {
    FailedAttempts failed =
        attempts().failed(wall.instant(), why, retryAfter, chance.getAsDouble());
    try {
      storage.attempts(failed);
      unwritten = FailedAttempts.NONE;
    } catch (ClosedByInterruptException e) {
      return new RenewalResult.Abandoned(known);
    } catch (IOException e) {
      log.warn("{}: a restart will forget that failure: {}", component, local(e));
      unwritten = failed;
    }
    return new RenewalResult.RetryLater(known, failed, true);
  }
}
