package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.acme.AcmeOptions;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS with a key and a certificate, from PEM files, from a PKCS#12 store, or by ACME. Versions (1.2
 * and 1.3 by default), ciphers, client authentication and trust are the server options' own.
 *
 * @param cert a PEM file with the certificate and those that lead to its issuer
 * @param key a PEM file with the key
 * @param keyStore a PKCS#12 file instead of both
 * @param password of the store
 * @param acme whom to ask for both instead; null for nobody
 * @param reloadInterval how often to look whether a file has changed; zero for never
 * @param redirectPort where plain HTTP is sent over to HTTPS; null for nowhere
 */
record TlsOptions(
    @Nullable String cert,
    @Nullable String key,
    @Nullable String keyStore,
    @Nullable String password,
    @Nullable AcmeOptions acme,
    Duration reloadInterval,
    @Nullable Integer redirectPort) {

  static @Nullable TlsOptions of(Section parent) {
    if (!parent.has("tls")) {
      return null;
    }
    Section section = parent.section("tls");
    TlsOptions options =
        new TlsOptions(
            section.string("cert"),
            section.string("key"),
            section.string("keyStore"),
            section.string("password"),
            AcmeOptions.of(section),
            section.duration("reloadInterval", Duration.ofSeconds(10)),
            section.has("redirectPort") || section.has("acme")
                ? section.integer("redirectPort", 80, 0, 65_535)
                : null);
    section.rejectOthers();
    boolean files = options.cert != null && options.key != null;
    boolean store = options.keyStore != null;
    boolean acme = section.has("acme");
    if ((files ? 1 : 0) + (store ? 1 : 0) + (acme ? 1 : 0) != 1) {
      parent.problem(
          "tls",
          "needs either cert and key, two PEM files, or keyStore, a PKCS#12 file, or acme { … }");
      return null;
    }
    if (acme && options.acme == null) {
      return null; // the problems have been told
    }
    return options;
  }

  /**
   * Adds key and certificate. Whatever else the options say of TLS stays as it is, now and whenever
   * they change.
   */
  void applyTo(HttpServerOptions options) {
    options.setSsl(true).setUseAlpn(true).setKeyCertOptions(keyCert());
  }

  /**
   * What a server goes on with when the files have changed.
   *
   * @param applied the options that it began with; not changed
   */
  ServerSSLOptions renewed(HttpServerOptions applied) {
    ServerSSLOptions began = applied.getSslOptions();
    return (began == null ? new ServerSSLOptions().setUseAlpn(true) : began.copy())
        .setKeyCertOptions(keyCert());
  }

  KeyCertOptions keyCert() {
    if (acme != null) {
      String both = acme.file().toString();
      return new PemKeyCertOptions().setCertPath(both).setKeyPath(both);
    }
    return keyStore == null
        ? new PemKeyCertOptions().setCertPath(cert).setKeyPath(key)
        : new PfxOptions().setPath(keyStore).setPassword(password == null ? "" : password);
  }

  List<Path> files() {
    if (acme != null) {
      return List.of(acme.file());
    }
    return keyStore != null
        ? List.of(Path.of(keyStore))
        : List.of(Path.of(String.valueOf(cert)), Path.of(String.valueOf(key)));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "TlsOptions" + files();
  }
}
