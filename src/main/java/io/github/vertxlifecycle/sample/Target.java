package io.github.vertxlifecycle.sample;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a link leads.
 *
 * @param url an absolute http or https URL
 */
record Target(String url) {

  private static final int LONGEST = 2_048;
  private static final Set<String> SCHEMES = Set.of("http", "https");

  /**
   * Reads the body of a request.
   *
   * @param body what was sent, null for nothing
   * @throws IllegalArgumentException if it is not a link; the message is for the client
   */
  static Target parse(@Nullable String body) {
    if (body == null || body.isBlank()) {
      throw new IllegalArgumentException("the body is empty; send {\"url\": \"https://…\"}");
    }
    Object url;
    try {
      url = new JsonObject(body).getValue("url");
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("the body is not a JSON object", e);
    }
    if (!(url instanceof String text)) {
      throw new IllegalArgumentException("\"url\" must be a string");
    }
    return new Target(checked(text));
  }

  private static String checked(String url) {
    if (url.length() > LONGEST) {
      throw new IllegalArgumentException("\"url\" is longer than " + LONGEST + " characters");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("\"url\" is not a URL: " + e.getReason(), e);
    }
    if (uri.getScheme() == null || !SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("\"url\" must begin with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("\"url\" names no host");
    }
    return uri.toASCIIString();
  }
}
