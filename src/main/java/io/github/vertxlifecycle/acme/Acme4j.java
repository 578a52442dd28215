package io.github.vertxlifecycle.acme;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.PollableResource;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/**
 * Orders certificates from an ACME authority (RFC 8555) with acme4j; challenges are HTTP-01 (§8.3),
 * keys are of the curve P-256. Stateless: each order begins with a look into the authority's
 * directory.
 */
final class Acme4j implements Authority {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration STEP_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final AcmeOptions options;

  Acme4j(AcmeOptions options) {
    this.options = options;
  }

  @Override
  public String order(CertificateStorage storage)
      throws AuthorityException, IOException, InterruptedException {
    try {
      Order order = login(storage).newOrder().domains(options.domains()).create();
      try {
        for (Authorization one : order.getAuthorizations()) {
          prove(one, storage);
        }
      } finally {
        storage.forgetAnswers();
      }
      await(order, Status.READY, Status.VALID);
      KeyPair keys = Pem.newKeys();
      order.execute(keys);
      await(order, Status.VALID, Status.VALID);
      return pem(order, keys);
    } catch (AcmeLazyLoadingException e) {
      throw explained(e.getCause() == null ? e : e.getCause());
    } catch (AcmeException | GeneralSecurityException | RuntimeException e) {
      throw explained(e);
    }
  }

  private Login login(CertificateStorage storage)
      throws AcmeException, IOException, GeneralSecurityException {
    AccountBuilder account =
        new AccountBuilder().agreeToTermsOfService().useKeyPair(accountKeys(storage));
    if (options.email() != null) {
      account.addEmail(options.email());
    }
    return account.createLogin(session()); // the same key, the same account
  }

  private static KeyPair accountKeys(CertificateStorage storage)
      throws IOException, GeneralSecurityException {
    String known = storage.accountKey();
    if (known != null) {
      try {
        return Pem.keys(known);
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new FaultyFileException(
            "%s is no account key: %s; remove it, and a new account is made"
                .formatted(storage.accountFile(), e.getMessage()),
            e);
      }
    }
    KeyPair keys = Pem.newKeys();
    storage.accountKey(Pem.both(keys));
    return keys;
  }

  private static void prove(Authorization one, CertificateStorage storage)
      throws AcmeException, AuthorityException, IOException, InterruptedException {
    if (one.getStatus() == Status.VALID) {
      return;
    }
    String domain = one.getIdentifier().getDomain();
    Http01Challenge challenge =
        one.findChallenge(Http01Challenge.class)
            .orElseThrow(
                () -> new AuthorityException("it offers no HTTP-01 challenge for " + domain));
    storage.answer(challenge.getToken(), challenge.getAuthorization());
    challenge.trigger();
    try {
      await(one, Status.VALID, Status.VALID);
    } catch (AuthorityException e) {
      if (e.retryAfter() != null) {
        throw e;
      }
      challenge.fetch();
      throw new AuthorityException(
          "the challenge for %s failed: %s; is its port 80 this process's redirectPort?"
              .formatted(domain, detail(challenge.getError(), String.valueOf(e.getMessage()))));
    }
  }

  /**
   * Polls a resource until it has one of two states. The pause is the authority's Retry-After;
   * without one it begins with 100 ms and doubles up to 5 s.
   */
  private static void await(PollableResource what, Status wanted, Status orElse)
      throws AcmeException, AuthorityException, InterruptedException {
    Instant until = Instant.now().plus(STEP_TIMEOUT);
    Duration pause = FIRST_PAUSE;
    while (true) {
      Optional<Instant> retryAfter = what.fetch();
      Status status = what.getStatus();
      if (status == wanted || status == orElse) {
        return;
      }
      if (status != Status.PENDING && status != Status.PROCESSING && status != Status.READY) {
        Optional<Problem> error = what instanceof Order order ? order.getError() : Optional.empty();
        throw new AuthorityException(detail(error, "the status is " + status));
      }
      Instant now = Instant.now();
      Instant next = retryAfter.filter(after -> after.isAfter(now)).orElse(now.plus(pause));
      if (next.isAfter(now.plus(STEP_TIMEOUT))) {
        throw new AuthorityException(
            "the status is %s; the authority asks to wait until %s".formatted(status, next),
            null,
            next);
      } else if (next.isAfter(until)) {
        throw new AuthorityException("the status is still " + status + " after a minute");
      }
      Thread.sleep(Duration.between(now, next).toMillis());
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
  }

  private static String detail(Optional<Problem> problem, String otherwise) {
    return problem.flatMap(Problem::getDetail).orElse(otherwise);
  }

  private static String pem(Order order, KeyPair keys) throws IOException {
    StringWriter pem = new StringWriter();
    order.getCertificate().writeCertificate(pem);
    return pem + Pem.privateKey(keys);
  }

  private AuthorityException explained(Throwable problem) throws InterruptedException {
    StringBuilder message = new StringBuilder();
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
        throw new InterruptedException();
      }
      String text = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
      if (message.indexOf(text) < 0) {
        message.append(message.isEmpty() ? "" : ": ").append(text);
      }
    }
    Instant retryAfter =
        problem instanceof AcmeRateLimitedException limited
            ? limited.getRetryAfter().orElse(null)
            : null;
    return new AuthorityException(message.toString(), problem, retryAfter);
  }

  // ── the connection to the authority ────────────────────────────────────────────────────────────

  private Session session() throws IOException, GeneralSecurityException {
    Path trust = options.trust();
    Session session =
        trust == null
            ? new Session(options.directory())
            : new Session(options.directory(), new Trusting(context(trust)));
    session.networkSettings().setTimeout(REQUEST_TIMEOUT);
    session.networkSettings().setProxySelector(ProxySelector.getDefault());
    return session;
  }

  private static SSLContext context(Path trust) throws IOException, GeneralSecurityException {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null, null);
    try (InputStream pem = Files.newInputStream(trust)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        roots.setCertificateEntry("root" + roots.size(), one);
      }
    } catch (IOException | CertificateException e) {
      throw noRoots(trust, e);
    }
    if (roots.size() == 0) {
      throw noRoots(trust, null);
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static FaultyFileException noRoots(Path trust, @Nullable Exception why) {
    return new FaultyFileException(
        "%s holds no certificate that can be read%s; put roots into it as PEM or set tls.acme.trust"
            .formatted(trust, why == null ? "" : ": " + why.getMessage()),
        why);
  }

  /** Connects with an SSL context of its own, for roots that the JVM does not trust. */
  private static final class Trusting extends GenericAcmeProvider {
    private final SSLContext tls;

    Trusting(SSLContext tls) {
      this.tls = tls;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
      return HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(settings.getTimeout())
          .proxy(settings.getProxySelector())
          .sslContext(tls)
          .build();
    }
  }
}
