package io.github.vertxlifecycle.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request's head is refused with 400: what another program on its way may have read as
 * another request.
 */
final class RequestFault extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private static final int HOST = HttpHeaderNames.HOST.length();
  private static final int LENGTH = HttpHeaderNames.CONTENT_LENGTH.length();
  private static final int CODING = HttpHeaderNames.TRANSFER_ENCODING.length();

  private static final String HOST_MARKS = "._~!$&'()*+,;=:%[]-";

  private static final boolean[] IN_HOST = inHost();

  RequestFault(String what) {
    super(what);
  }

  /**
   * Looks at a head that Netty has accepted.
   *
   * @return null if there is nothing to say against it
   */
  static @Nullable RequestFault of(HttpRequest request) {
    CharSequence host = null;
    CharSequence length = null;
    CharSequence coding = null;
    int more = 0;
    for (var all = request.headers().iteratorCharSequence(); all.hasNext(); ) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      CharSequence name = header.getKey();
      int letters = name.length(); // which tells the three from nearly all the others
      if (letters == HOST && HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
        if (host != null) {
          return new RequestFault("more than one Host");
        }
        host = header.getValue();
      } else if (letters == LENGTH
          && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
        more += length == null ? 0 : 1;
        length = header.getValue();
      } else if (letters == CODING
          && HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(name)) {
        more += coding == null ? 0 : 1;
        coding = header.getValue();
      }
    }
    String what = inHost(host, request.protocolVersion());
    if (what == null && (length != null || coding != null)) {
      what = inLength(length, coding, more > 0, request.protocolVersion());
    }
    return what == null ? null : new RequestFault(what);
  }

  /**
   * Looks at a head that Netty has accepted, and that has at most one Host, at most one
   * Content-Length and no Transfer-Encoding: without a walk over all headers.
   *
   * @return null if there is nothing to say against it
   */
  static @Nullable RequestFault ofCommon(HttpRequest request, boolean hasLength) {
    String what = inHost(request.headers().get(HttpHeaderNames.HOST), request.protocolVersion());
    if (what == null && hasLength) {
      String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
      what = inLength(length, null, false, request.protocolVersion());
    }
    return what == null ? null : new RequestFault(what);
  }

  /** RFC 9112 §3.2. */
  private static @Nullable String inHost(@Nullable CharSequence host, HttpVersion version) {
    if (host == null) {
      return version.equals(HttpVersion.HTTP_1_0) ? null : "no Host";
    }
    for (int i = 0; i < host.length(); i++) {
      char one = host.charAt(i);
      if (one >= IN_HOST.length || !IN_HOST[one]) {
        return "a Host that is no host";
      }
    }
    return null;
  }

  private static boolean[] inHost() {
    boolean[] allowed = new boolean[128];
    for (char one = 0; one < allowed.length; one++) {
      allowed[one] =
          (one >= 'a' && one <= 'z')
              || (one >= 'A' && one <= 'Z')
              || (one >= '0' && one <= '9')
              || HOST_MARKS.indexOf(one) >= 0;
    }
    return allowed;
  }

  /** RFC 9112 §6.1, §6.3. Of the codings a client may send, Vert.x takes chunked alone. */
  private static @Nullable String inLength(
      @Nullable CharSequence length,
      @Nullable CharSequence coding,
      boolean more,
      HttpVersion version) {
    if (length != null && (!isNumber(length) || (more && coding == null))) {
      return "a Content-Length that is no number, or more than one";
    }
    if (coding == null) {
      return null;
    }
    if (length != null) {
      return "Content-Length and Transfer-Encoding";
    }
    if (!version.equals(HttpVersion.HTTP_1_1)) {
      return "Transfer-Encoding in another version than HTTP/1.1";
    }
    return !more && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)
        ? null
        : "a Transfer-Encoding other than chunked";
  }

  private static boolean isNumber(CharSequence length) {
    for (int i = 0; i < length.length(); i++) {
      if (length.charAt(i) < '0' || length.charAt(i) > '9') {
        return false;
      }
    }
    return length.length() > 0;
  }
}
