package io.github.vertxlifecycle.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a request's head is refused with 400: what another program on its way may have read as
 * another request.
 */
final class RequestFault extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:%\\[\\]-]*");

  RequestFault(String what) {
    super(what);
  }

  /**
   * Looks at a head that Netty has accepted.
   *
   * @return null if there is nothing to say against it
   */
  static @Nullable RequestFault of(HttpRequest request) {
    String what = inHost(request);
    what = what == null ? inLength(request) : what;
    return what == null ? null : new RequestFault(what);
  }

  /** RFC 9112 §3.2. */
  private static @Nullable String inHost(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1) {
      return "more than one Host";
    }
    if (hosts.isEmpty()) {
      return request.protocolVersion().equals(HttpVersion.HTTP_1_0) ? null : "no Host";
    }
    return HOST.matcher(hosts.get(0)).matches() ? null : "a Host that is no host";
  }

  /** RFC 9112 §6.1, §6.3. Of the codings a client may send, Vert.x takes chunked alone. */
  private static @Nullable String inLength(HttpRequest request) {
    HttpHeaders headers = request.headers();
    List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (lengths.size() > 1 || !lengths.stream().allMatch(RequestFault::isNumber)) {
      return "a Content-Length that is no number, or more than one";
    }
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return null;
    }
    if (!lengths.isEmpty()) {
      return "Content-Length and Transfer-Encoding";
    }
    if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
      return "Transfer-Encoding in another version than HTTP/1.1";
    }
    return codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0))
        ? null
        : "a Transfer-Encoding other than chunked";
  }

  private static boolean isNumber(String length) {
    return !length.isEmpty() && length.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
