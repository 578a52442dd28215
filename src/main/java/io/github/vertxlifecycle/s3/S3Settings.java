package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

/** The settings of an {@link S3Verticle}, read from its section. No message contains a key. */
final class S3Settings {

  private static final String EXAMPLE = "http://localhost:9000";
  private static final int KEPT_SECONDS = 5;
  private static final int LEAST_PART = 5 * 1024 * 1024;

  private final String bucket;
  private final Region region;
  private final @Nullable URI endpoint;
  private final @Nullable String server;
  private final @Nullable AwsCredentials credentials;
  private final boolean pathStyle;
  private final @Nullable String sslRootCert;
  private final boolean checksums;
  private final int maxConnections;
  private final Duration connectTimeout;
  private final Duration waitTimeout;
  private final Duration idleTimeout;
  private final int partSize;

  /** Reads the section and reports its problems there. */
  S3Settings(Section section) {
    bucket = section.string("bucket", "");
    if (bucket.isBlank()) {
      section.problem("bucket", "is missing; name the bucket to keep objects in");
    }
    String text = section.string("region", "us-east-1");
    region = Region.of(text.isBlank() ? "us-east-1" : text);
    if (!text.matches("[a-zA-Z0-9-]+")) {
      section.problem("region", "must be a region's name, for example eu-central-1");
    }
    endpoint = endpoint(section);
    server = section.string("server");
    if (server != null && section.has("endpoint")) {
      section.problem(
          "server", "must not be there beside endpoint; both say where the object store is");
    }
    credentials = credentials(section);
    pathStyle = section.bool("pathStyle", endpoint != null || server != null);
    sslRootCert = section.string("sslRootCert");
    checksums = section.bool("checksums", true);
    maxConnections = section.integer("maxConnections", 50, 1, 10_000);
    connectTimeout = positive(section, "connectTimeout", Duration.ofSeconds(5));
    waitTimeout = positive(section, "waitTimeout", Duration.ofSeconds(30));
    idleTimeout = positive(section, "idleTimeout", Duration.ofSeconds(30));
    partSize = section.integer("partSize", 8 * 1024 * 1024, LEAST_PART, 512 * 1024 * 1024);
  }

  private static @Nullable URI endpoint(Section section) {
    String text = section.string("endpoint");
    if (text == null) {
      return null;
    }
    try {
      URI uri = new URI(text);
      if (String.valueOf(uri.getScheme()).matches("https?")
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException e) { // reported below, without the text, which may contain a key
    }
    section.problem(
        "endpoint",
        "must look like %s or https://host; give the keys as accessKey and secretKey"
            .formatted(EXAMPLE));
    return null;
  }

  private static @Nullable AwsCredentials credentials(Section section) {
    String accessKey = section.string("accessKey");
    String secretKey = section.string("secretKey");
    String token = section.string("sessionToken");
    if ((accessKey == null) != (secretKey == null)) {
      section.problem(
          accessKey == null ? "accessKey" : "secretKey",
          "is missing beside the other key; give both, or none to look for them in the environment");
      return null;
    }
    if (accessKey == null || secretKey == null) {
      if (token != null) {
        section.problem("sessionToken", "is of no use without accessKey and secretKey");
      }
      return null;
    }
    return token == null
        ? AwsBasicCredentials.create(accessKey, secretKey)
        : AwsSessionCredentials.create(accessKey, secretKey, token);
  }

  private static Duration positive(Section section, String key, Duration byDefault) {
    Duration value = section.duration(key, byDefault);
    if (value.toMillis() > 0) {
      return value;
    }
    section.problem(key, "must be more than 0");
    return byDefault;
  }

  String bucket() {
    return bucket;
  }

  Region region() {
    return region;
  }

  /** Where the server is, according to this section; null for Amazon's. */
  @Nullable URI endpoint() {
    return endpoint;
  }

  /** The component that provides the endpoint; null if the section names the endpoint itself. */
  @Nullable String server() {
    return server;
  }

  /** The keys; null if the SDK is to look for them. */
  @Nullable AwsCredentials credentials() {
    return credentials;
  }

  boolean pathStyle() {
    return pathStyle;
  }

  boolean checksums() {
    return checksums;
  }

  /** How long a request may wait for a connection. */
  Duration waitTimeout() {
    return waitTimeout;
  }

  /** How to connect. Amazon closes idle connections sooner than Vert.x would. */
  HttpClientOptions transport() {
    HttpClientOptions options =
        new HttpClientOptions()
            .setTcpKeepAlive(true)
            .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, connectTimeout.toMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, idleTimeout.toMillis()))
            .setKeepAliveTimeout(KEPT_SECONDS);
    if (sslRootCert != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(sslRootCert));
    }
    return options;
  }

  PoolOptions pool() {
    return new PoolOptions().setHttp1MaxSize(maxConnections);
  }

  /** In bytes. */
  int partSize() {
    return partSize;
  }
}
