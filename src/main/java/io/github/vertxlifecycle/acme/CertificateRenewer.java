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
 * Looks whether a certificate is due, and asks for it if so. Whoever asks holds the storage's lock
 * and has looked again under it, so that nobody asks for what another has just got, or just failed
 * to get.
 *
 * <p>Blocks; one call at a time, which an interrupt ends.
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

  /** How late within its time this process renews. */
  private final double lateness;

  /** If the storage does not even take a note of them. */
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

  /** Sees what is there, whether it is due or not. */
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
        return enough != null ? enough : ask(known);
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

  /** Null if it is time to ask. */
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

  private RenewalResult ask(@Nullable IssuedCertificate known) throws IOException {
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

  /** Takes a note of it, in memory if the storage takes none. */
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
      log.warn("{}: will have forgotten that at a restart: {}", component, local(e));
      unwritten = failed;
    }
    return new RenewalResult.RetryLater(known, failed, true);
  }
}
