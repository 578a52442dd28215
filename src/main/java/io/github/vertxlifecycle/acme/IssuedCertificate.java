package io.github.vertxlifecycle.acme;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate that was issued.
 *
 * @param serial its number
 * @param from when it begins to be valid
 * @param until when it expires
 */
record IssuedCertificate(String serial, Instant from, Instant until) {

  /** Reads the first certificate of a PEM file. */
  static IssuedCertificate of(String pem) throws CertificateException {
    X509Certificate leaf =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(
                    new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    return new IssuedCertificate(
        leaf.getSerialNumber().toString(16),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant());
  }

  /**
   * When to renew the certificate: at two thirds of its life, later by up to a twentieth of it.
   *
   * @param lateness from 0 to 1
   */
  Instant renewAt(double lateness) {
    Duration life = life();
    return from.plus(life.multipliedBy(2).dividedBy(3))
        .plusMillis((long) (life.toMillis() / 20.0 * lateness));
  }

  Duration life() {
    return Duration.between(from, until);
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(until);
  }
}
