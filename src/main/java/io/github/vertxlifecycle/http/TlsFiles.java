package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The files of a server's key and certificate, looked at now and then. When they have changed, new
 * connections get the new certificate and open ones stay as they are. Files that make no sense
 * change nothing, and the log says why; so does a key that does not belong to its certificate,
 * which Vert.x would take and every handshake fail on.
 *
 * <p>It looks by itself, because a file system does not report every change: mounted secrets change
 * by a symbolic link two directories up. On the verticle's context.
 */
final class TlsFiles {

  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  private static final byte[] SAMPLE = {1, 2, 3};

  /** How a file looked. */
  private record FileVersion(Path file, long modified, long size, @Nullable Object key) {}

  private final Vertx vertx;
  private final String component;
  private final FailureLog failures;
  private final TlsOptions options;
  private final HttpServer server;
  private final HttpServerOptions began;
  private List<FileVersion> last;

  private TlsFiles(
      Vertx vertx,
      String component,
      FailureLog failures,
      TlsOptions options,
      HttpServer server,
      HttpServerOptions began,
      List<FileVersion> last) {
    this.vertx = vertx;
    this.component = component;
    this.failures = failures;
    this.options = options;
    this.server = server;
    this.began = began;
    this.last = last;
  }

  /**
   * Checks the files before they are used for the first time.
   *
   * @param began the options that the server was made with, of which key and certificate change
   */
  static Future<TlsFiles> open(
      Vertx vertx,
      String component,
      FailureLog failures,
      TlsOptions options,
      HttpServer server,
      HttpServerOptions began) {
    return vertx.executeBlocking(
        () -> {
          List<FileVersion> first = look(options);
          check(options.keyCert(), vertx);
          return new TlsFiles(vertx, component, failures, options, server, began, first);
        });
  }

  /** Looks again from now on. */
  void watch() {
    if (!options.reloadInterval().isZero()) {
      vertx.setPeriodic(options.reloadInterval().toMillis(), id -> reloadIfChanged());
    }
  }

  /**
   * Looks once.
   *
   * @return whether new connections get a new certificate from now on; never fails
   */
  Future<Boolean> reloadIfChanged() {
    return vertx
        .executeBlocking(() -> look(options))
        .compose(now -> now.equals(last) ? Future.succeededFuture(false) : reload(now))
        .otherwise(
            problem -> {
              failures.failed(
                  Level.ERROR, "reloading the certificate, so the old one stays in use,", problem);
              return false;
            });
  }

  private Future<Boolean> reload(List<FileVersion> now) {
    last = now; // even if it makes no sense: it is not to be told again before it changes again
    return vertx
        .executeBlocking(
            () -> {
              check(options.keyCert(), vertx);
              return true;
            })
        .compose(sound -> server.updateSSLOptions(options.renewed(began), true))
        .map(
            done -> {
              log.info("{}: certificate reloaded from {}", component, options.files());
              return true;
            });
  }

  private static List<FileVersion> look(TlsOptions options) throws IOException {
    List<FileVersion> versions = new ArrayList<>();
    for (Path file : options.files()) {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      versions.add(
          new FileVersion(
              file, found.lastModifiedTime().toMillis(), found.size(), found.fileKey()));
    }
    return versions;
  }

  private static void check(KeyCertOptions options, Vertx vertx) throws Exception {
    for (KeyManager manager : options.getKeyManagerFactory(vertx).getKeyManagers()) {
      if (manager instanceof X509KeyManager keys) {
        check(keys);
      }
    }
  }

  private static void check(X509KeyManager keys) throws GeneralSecurityException {
    boolean any = false;
    for (String type : List.of("RSA", "EC", "EdDSA", "RSASSA-PSS")) {
      String[] aliases = keys.getServerAliases(type, null);
      for (String alias : aliases == null ? new String[0] : aliases) {
        any = true;
        check(keys.getPrivateKey(alias), keys.getCertificateChain(alias)[0]);
      }
    }
    if (!any) {
      throw new GeneralSecurityException("no key with a certificate in it");
    }
  }

  private static void check(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    certificate.checkValidity();
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> null;
        };
    if (algorithm != null) {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(SAMPLE);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(SAMPLE);
      if (!signature.verify(signed)) {
        throw new GeneralSecurityException("the key does not belong to the certificate");
      }
    }
  }
}
