package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.config.Section;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisRole;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link RedisVerticle}, read from its section. No message contains a password: a
 * wrong uri is not even repeated, because it may contain one, and the client gets uris without.
 */
final class RedisSettings {

  private static final String EXAMPLE = "redis://localhost:6379";

  private final List<String> uris;
  private final @Nullable String server;
  private final @Nullable String user;
  private final @Nullable String password;
  private final RedisOptions options;
  private final Duration connectTimeout;
  private final Duration requestTimeout;

  /** Reads the section and reports its problems there. */
  RedisSettings(Section section) {
    uris = uris(section);
    server = section.string("server");
    user = section.string("user");
    password = section.string("password");
    connectTimeout = section.duration("connectTimeout", Duration.ofSeconds(5));
    requestTimeout = section.duration("requestTimeout", Duration.ofSeconds(10));
    options =
        new RedisOptions()
            .setType(oneOf(section, "mode", RedisClientType.STANDALONE))
            .setRole(oneOf(section, "role", RedisRole.MASTER))
            .setMasterName(section.string("masterName", "mymaster"))
            .setMaxPoolSize(section.integer("poolSize", 16, 1, 10_000))
            .setMaxPoolWaiting(section.integer("maxPoolWaiting", 1024, 0, Integer.MAX_VALUE))
            .setNetClientOptions(transport(section, connectTimeout));
    check(section);
  }

  private static List<String> uris(Section section) {
    List<String> all = new ArrayList<>(section.strings("uris"));
    String one = section.string("uri");
    if (one != null) {
      if (!all.isEmpty()) {
        section.problem("uris", "must not be there beside uri; name all servers in one of them");
      }
      all.add(one);
    }
    return all;
  }

  private static <E extends Enum<E>> E oneOf(Section section, String key, E byDefault) {
    String text = section.string(key);
    if (text == null) {
      return byDefault;
    }
    E[] all = byDefault.getDeclaringClass().getEnumConstants();
    for (E one : all) {
      if (lower(one).equals(text.toLowerCase(Locale.ROOT))) {
        return one;
      }
    }
    section.problem(
        key,
        "must be one of "
            + Arrays.stream(all).map(RedisSettings::lower).collect(Collectors.joining(", ")));
    return byDefault;
  }

  private static String lower(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  private static NetClientOptions transport(Section section, Duration timeout) {
    NetClientOptions transport =
        new NetClientOptions()
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true)
            .setConnectTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toMillis()))
            .setHostnameVerificationAlgorithm("HTTPS");
    String rootCert = section.string("sslRootCert");
    if (rootCert != null) {
      transport.setTrustOptions(new PemTrustOptions().addCertPath(rootCert));
    }
    return transport;
  }

  private void check(Section section) {
    if (uris.isEmpty() && server == null) {
      section.problem("uri", "is missing; for example " + EXAMPLE);
    } else if (!uris.isEmpty() && server != null) {
      section.problem("server", "must not be there beside uri; both say where Redis is");
    }
    if (options.getType() == RedisClientType.STANDALONE && uris.size() > 1) {
      section.problem("uris", "are for mode = sentinel or cluster; standalone has one uri");
    }
    if (options.getMaxPoolWaiting() < options.getMaxPoolSize()
        && options.getType() != RedisClientType.STANDALONE) {
      section.problem("maxPoolWaiting", "must not be less than poolSize in this mode");
    }
    for (String one : uris) {
      try {
        parse(one);
      } catch (IllegalArgumentException e) {
        section.problem(section.has("uri") ? "uri" : "uris", String.valueOf(e.getMessage()));
      }
    }
  }

  /** The component that provides the uri; null if the section has a uri of its own. */
  @Nullable String server() {
    return server;
  }

  /** How long it may take to reach a server, and how long a new connection may wait for it. */
  Duration connectTimeout() {
    return connectTimeout;
  }

  /** How long a server may take over its answer; zero for as long as it likes. */
  Duration requestTimeout() {
    return requestTimeout;
  }

  /** The servers and the login, from this section's own uris. */
  RedisOptions options() {
    return options(uris);
  }

  /**
   * The servers and the login. A user and a password of the section win over those of the uris.
   *
   * @param endpoints the uris
   * @return the options; their uris hold no password
   */
  RedisOptions options(List<String> endpoints) {
    RedisOptions complete = new RedisOptions(options);
    complete.setEndpoints(new ArrayList<>());
    for (String endpoint : endpoints) {
      URI uri = parse(endpoint);
      complete.addConnectionString(withoutLogin(uri));
      logIn(complete, uri);
    }
    if (user != null) {
      complete.setUser(user);
    }
    if (password != null) {
      complete.setPassword(password);
    }
    return complete;
  }

  private static URI parse(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme());
      boolean socket = scheme.equals("unix") && uri.getPath() != null;
      boolean host = scheme.matches("rediss?") && uri.getHost() != null;
      if (socket || (host && String.valueOf(uri.getPath()).matches("(null)?|/|/[0-9]{1,4}"))) {
        return uri;
      }
    } catch (URISyntaxException e) { // its message repeats the uri
      throw new IllegalArgumentException(notOne());
    }
    throw new IllegalArgumentException(notOne());
  }

  private static String notOne() {
    return "is not a Redis uri, which looks like %s, redis://host:6379/2 or rediss://host:6380; %s"
        .formatted(EXAMPLE, "percent-encode special characters, give the password as password");
  }

  private static String withoutLogin(URI uri) {
    String text = uri.toString();
    String login = uri.getRawUserInfo();
    return login == null ? text : text.replaceFirst("//[^@]*@", "//");
  }

  private static void logIn(RedisOptions complete, URI uri) {
    String login = uri.getRawUserInfo();
    if (login != null) {
      int colon = login.indexOf(':');
      String name = colon < 0 ? login : login.substring(0, colon);
      if (!name.isEmpty()) {
        complete.setUser(decoded(name));
      }
      if (colon >= 0) {
        complete.setPassword(decoded(login.substring(colon + 1)));
      }
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
