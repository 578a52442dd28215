package io.github.vertxlifecycle.http;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** Self-signed certificates, made with the JDK's keytool. */
public final class Certificates {

  public static final String PASSWORD = "changeit";

  private Certificates() {}

  /** Makes {@code store.p12}, {@code cert.pem} and {@code key.pem} in a directory. */
  public static void make(Path directory, String name)
      throws IOException, GeneralSecurityException {
    make(directory, name, "+0d", 90);
  }

  /** Makes them with dates, the first in the words of keytool. */
  public static void make(Path directory, String name, String from, int days)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    Files.deleteIfExists(store);
    keytool(store, name, from, days);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    write(
        directory.resolve("key.pem"),
        "PRIVATE KEY",
        keys.getKey("key", PASSWORD.toCharArray()).getEncoded());
    write(directory.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("key").getEncoded());
  }

  /** A configuration that serves HTTPS with a new certificate. */
  static JsonObject tls(Path directory) throws IOException, GeneralSecurityException {
    make(directory, "test");
    return ServerTest.http(
        "tls",
        new JsonObject()
            .put("cert", directory.resolve("cert.pem").toString())
            .put("key", directory.resolve("key.pem").toString()));
  }

  private static void keytool(Path store, String name, String from, int days) throws IOException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "key",
                "-dname",
                "CN=" + name,
                "-startdate",
                from,
                "-validity",
                Integer.toString(days),
                "-ext",
                "SAN=DNS:localhost,IP:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    try {
      if (keytool.waitFor() != 0) {
        throw new IOException("keytool ended with " + keytool.exitValue());
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void write(Path file, String type, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(bytes), type));
  }
}
