package io.github.vertxlifecycle.acme;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates with any dates, each with another number. */
final class TestCertificate {

  private static final AtomicLong NUMBERS = new AtomicLong(1);

  private TestCertificate() {}

  /** The certificate and its key. */
  static String pem(Instant from, Instant until) {
    try {
      KeyPair keys = Pem.newKeys();
      X500Name name = new X500Name("CN=test");
      byte[] certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(NUMBERS.getAndIncrement()),
                  Date.from(from),
                  Date.from(until),
                  name,
                  keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
              .getEncoded();
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n%s"
          .formatted(Base64.getMimeEncoder().encodeToString(certificate), Pem.privateKey(keys));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
