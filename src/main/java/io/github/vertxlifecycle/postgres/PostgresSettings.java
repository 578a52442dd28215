package io.github.vertxlifecycle.postgres;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link PostgresVerticle}, read from its section. No message contains a
 * password: a wrong uri is not even repeated, because it may contain one.
 */
final class PostgresSettings {

  private static final String EXAMPLE = "postgresql://app@localhost:5432/app";
  private static final Pattern USER = Pattern.compile("^[a-z]+://[^@/?]+@|[?&]user=");
  private static final Pattern PASSWORD =
      Pattern.compile("^[a-z]+://[^@/?:]*:[^@/?]*@|[?&]password=");
  private static final Pattern DATABASE = Pattern.compile("^[a-z]+://[^/?]*/[^?]|[?&]dbname=");

  private final @Nullable String uri;
  private final @Nullable String server;
  private final @Nullable String host;
  private final int port;
  private final @Nullable String database;
  private final @Nullable String user;
  private final @Nullable String password;
  private final @Nullable SslMode sslMode;
  private final @Nullable String sslRootCert;
  private final PoolOptions pool;
  private final NetClientOptions transport;
  private final Duration connectTimeout;
  private final Duration queryTimeout;

  /** Reads the section and reports its problems there. */
  PostgresSettings(Section section) {
    uri = section.string("uri");
    server = section.string("server");
    host = section.string("host");
    port = section.integer("port", 0, 1, 65_535);
    database = section.string("database");
    user = section.string("user");
    password = section.string("password");
    sslMode = sslMode(section);
    sslRootCert = section.string("sslRootCert");
    pool =
        new PoolOptions()
            .setMaxSize(section.integer("poolSize", 16, 1, 10_000))
            .setMaxWaitQueueSize(section.integer("maxWaitQueueSize", -1, -1, Integer.MAX_VALUE))
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setConnectionTimeout(millis(section, "waitTimeout", Duration.ofSeconds(30)))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout(millis(section, "idleTimeout", Duration.ZERO));
    connectTimeout = section.duration("connectTimeout", Duration.ofSeconds(5));
    transport = new NetClientOptions().setConnectTimeout(millis(connectTimeout));
    queryTimeout = section.duration("queryTimeout", Duration.ofSeconds(30));
    check(section);
  }

  private static int millis(Section section, String key, Duration byDefault) {
    return millis(section.duration(key, byDefault));
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
  }

  private static @Nullable SslMode sslMode(Section section) {
    String mode = section.string("sslMode");
    if (mode == null) {
      return null;
    }
    try {
      return SslMode.of(mode);
    } catch (IllegalArgumentException e) {
      section.problem(
          "sslMode",
          "must be one of "
              + Arrays.stream(SslMode.VALUES)
                  .map(one -> one.value)
                  .collect(Collectors.joining(", ")));
      return null;
    }
  }

  private void check(Section section) {
    if (uri == null && server == null && host == null) {
      section.problem("uri", "is missing; for example " + EXAMPLE);
    } else if (uri != null && server != null) {
      section.problem("server", "must not be there beside uri; both say where the database is");
    } else if (server == null) {
      checkLogin(section);
    }
    if (sslRootCert == null && (sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL)) {
      section.problem("sslRootCert", "is missing; name the PEM file of the authority to trust");
    }
  }

  private void checkLogin(Section section) {
    try {
      PgConnectOptions login = connect(uri);
      if (login.getUser().isEmpty()) {
        section.problem("user", "is missing; name it here or in the uri: " + EXAMPLE);
      }
    } catch (IllegalArgumentException e) {
      section.problem("uri", String.valueOf(e.getMessage()));
    }
  }

  /** The component that provides the uri; null if the section has a uri of its own. */
  @Nullable String server() {
    return server;
  }

  PoolOptions pool() {
    return new PoolOptions(pool);
  }

  NetClientOptions transport() {
    return new NetClientOptions(transport);
  }

  /** How long it may take to reach the server, and how long a new connection may wait for it. */
  Duration connectTimeout() {
    return connectTimeout;
  }

  /** How long the server may take over a statement; zero for as long as it likes. */
  Duration queryTimeout() {
    return queryTimeout;
  }

  /** The server and the login, from this section's own uri. */
  PgConnectOptions connect() {
    return connect(uri);
  }

  /**
   * The server and the login. The section's other keys win over the uri.
   *
   * @param from the uri, null for none
   * @return the options; user and password are empty where neither the uri nor the section names
   *     them
   * @throws IllegalArgumentException if the text is no uri; the message does not repeat it
   */
  PgConnectOptions connect(@Nullable String from) {
    PgConnectOptions options = from == null ? new PgConnectOptions() : parse(from);
    if (from == null || !USER.matcher(from).find()) {
      options.setUser("");
    }
    if (from == null || !PASSWORD.matcher(from).find()) {
      options.setPassword("");
    }
    if (host != null) {
      options.setHost(host);
    }
    if (port != 0) {
      options.setPort(port);
    }
    if (user != null) {
      options.setUser(user);
    }
    if (password != null) {
      options.setPassword(password);
    }
    if (database != null) {
      options.setDatabase(database);
    } else if (from == null || !DATABASE.matcher(from).find()) {
      options.setDatabase(options.getUser()); // as psql does
    }
    return secured(options);
  }

  private static PgConnectOptions parse(String from) {
    try {
      return PgConnectOptions.fromUri(from);
    } catch (RuntimeException e) { // its message repeats the uri
      throw new IllegalArgumentException(
          "is not a PostgreSQL uri, which looks like "
              + EXAMPLE
              + "; percent-encode special characters in it, give the password as password");
    }
  }

  private PgConnectOptions secured(PgConnectOptions options) {
    if (sslMode != null) {
      options.setSslMode(sslMode);
    }
    SslMode mode = options.getSslMode();
    if (mode != SslMode.DISABLE && options.getSslOptions() == null) {
      ClientSSLOptions ssl = new ClientSSLOptions();
      if (sslRootCert == null) {
        ssl.setTrustAll(true); // encrypts only, which is what these modes promise
      } else {
        ssl.setTrustOptions(new PemTrustOptions().addCertPath(sslRootCert));
      }
      if (mode == SslMode.VERIFY_FULL) {
        ssl.setHostnameVerificationAlgorithm("HTTPS");
      }
      options.setSslOptions(ssl);
    }
    return options;
  }
}
