package io.github.vertxlifecycle.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/1.x decoder, in the stead of Vert.x's. It refuses what servers and proxies on the way
 * may read differently (RFC 9112 §11.2): {@link RequestFault} has the list, and Netty's own decoder
 * accepts half of it. A refused request bears a failed {@link DecoderResult}, so that Vert.x hands
 * it to the invalidRequestHandler, and nothing that comes after it on its connection is looked at.
 *
 * <p>On the channel's event loop.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {

  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
  private static final long EACH_HIGH_BIT = EACH_BYTE << 7;

  private final Consumer<Throwable> faults;
  private boolean inHead;
  private boolean inBody;
  private boolean refused;

  /** Of the head that is being read: how many headers tell where it goes and where it ends. */
  private int hosts;

  private int lengths;
  private int codings;

  /**
   * Makes a decoder.
   *
   * @param options the server's, with their limits
   * @param faults hears of each message that is refused
   */
  @SuppressWarnings(
      "deprecation") // Vert.x's own decoder calls it, and ours is to have its settings
  StrictRequestDecoder(HttpServerOptions options, Consumer<Throwable> faults) {
    super(
        options.getMaxInitialLineLength(),
        options.getMaxHeaderSize(),
        options.getMaxChunkSize(),
        true,
        options.getDecoderInitialBufferSize());
    this.faults = faults;
  }

  /** As Vert.x's own decoder makes it: with headers that are Vert.x's, too. */
  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    inHead = true;
    hosts = 0;
    lengths = 0;
    codings = 0;
    return new DefaultHttpRequest(
        HttpVersion.valueOf(initialLine[2]),
        HttpMethod.valueOf(initialLine[0]),
        initialLine[1],
        (HttpHeaders) (Object) io.vertx.core.http.HttpHeaders.headers());
  }

  /** Netty would drop the length and go on. */
  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new RequestFault("Content-Length and Transfer-Encoding");
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    String fault = refused || inBody ? null : faultOfLines(bytes);
    if (fault != null) {
      HttpMessage message = createInvalidMessage();
      message.setDecoderResult(DecoderResult.failure(new RequestFault(fault)));
      out.add(message);
      look(out, out.size() - 1);
    }
    if (refused) {
      bytes.skipBytes(bytes.readableBytes());
      return;
    }
    int before = out.size();
    super.decode(ctx, bytes, out);
    for (int i = before; i < out.size() && !refused; i++) {
      look(out, i);
    }
  }

  private void look(List<Object> out, int index) {
    Object message = out.get(index);
    if (message == LastHttpContent.EMPTY_LAST_CONTENT) {
      inBody = false;
    } else if (message.getClass() == DefaultHttpRequest.class) { // faster than for an interface
      lookAtHead(out, index, (DefaultHttpRequest) message);
    } else {
      if (message instanceof HttpRequest) { // what stands for one that could not be read
        inHead = false;
      }
      inBody = !(message instanceof LastHttpContent);
      lookAtResult(out, index, ((HttpObject) message).decoderResult());
    }
  }

  private void lookAtHead(List<Object> out, int index, DefaultHttpRequest request) {
    inHead = false;
    inBody = true;
    if (request.decoderResult().isSuccess()) {
      RequestFault fault = fault(request);
      if (fault != null) {
        request.setDecoderResult(DecoderResult.failure(fault));
      }
    }
    lookAtResult(out, index, request.decoderResult());
  }

  private void lookAtResult(List<Object> out, int index, DecoderResult result) {
    if (result.isFailure()) {
      refused = true;
      faults.accept(result.cause());
      while (out.size() > index + 1) {
        ReferenceCountUtil.release(out.remove(out.size() - 1));
      }
    }
  }

  /** Netty keeps one Content-Length of several in HTTP/1.0, so what came is what was counted. */
  private @Nullable RequestFault fault(HttpRequest request) {
    if (hosts <= 1 && lengths <= 1 && codings == 0) {
      return RequestFault.ofCommon(request, lengths > 0);
    }
    RequestFault fault = RequestFault.of(request);
    return fault == null && (hosts > 1 || lengths > 1)
        ? new RequestFault("more than one " + (hosts > 1 ? "Host" : "Content-Length"))
        : fault;
  }

  /** Netty would drop the line. */
  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    if (length == 0) {
      throw new RequestFault("a header without a name");
    }
    count(line, start, length);
    return super.splitHeaderName(line, start, length);
  }

  private void count(byte[] line, int start, int length) {
    if (is(HttpHeaderNames.HOST, line, start, length)) {
      hosts++;
    } else if (is(HttpHeaderNames.CONTENT_LENGTH, line, start, length)) {
      lengths++;
    } else if (is(HttpHeaderNames.TRANSFER_ENCODING, line, start, length)) {
      codings++;
    }
  }

  private static boolean is(AsciiString name, byte[] line, int start, int length) {
    if (length != name.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if ((line[start + i] | ' ') != (name.byteAt(i) | ' ')) { // as letters, one of two cases
        return false;
      }
    }
    return true;
  }

  /**
   * What Netty does not tell of the lines of a head: that one begins with white space, which is
   * obs-fold (RFC 9112 §5.2) or stands before the first header (§2.2), or that the request line has
   * other white space than spaces in it (§3). Netty takes whole lines from the buffer, one by one,
   * so within a head the buffer begins with a line.
   */
  private @Nullable String faultOfLines(ByteBuf bytes) {
    int end = bytes.writerIndex();
    int line = bytes.readerIndex();
    boolean requestLine = !inHead;
    while (line < end) {
      byte first = bytes.getByte(line);
      boolean empty = first == '\r' || first == '\n';
      if (!requestLine && (first == ' ' || first == '\t')) {
        return "a header line that is folded, or begins with a space";
      }
      if (!requestLine && empty) {
        return null; // the end of the head
      }
      boolean isRequestLine = requestLine && !empty;
      int control = isRequestLine ? control(bytes, line, end) : line;
      int newline = bytes.indexOf(control, end, (byte) '\n');
      if (isRequestLine && newline > control && !isReturnBefore(newline, control, bytes)) {
        return "a request line with other white space than spaces";
      }
      requestLine &= empty;
      line = newline < 0 ? end : newline + 1;
    }
    return null;
  }

  private static boolean isReturnBefore(int newline, int control, ByteBuf bytes) {
    return control == newline - 1 && bytes.getByte(control) == '\r';
  }

  /**
   * Where the first control character is, eight bytes at a time.
   *
   * @return {@code end} if there is none
   */
  private static int control(ByteBuf bytes, int from, int end) {
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      long eight = bytes.getLongLE(at);
      long deletes = eight ^ (EACH_BYTE * 0x7f); // are zero now
      long below = (eight - EACH_BYTE * ' ') & ~eight;
      long found = (below | ((deletes - EACH_BYTE) & ~deletes)) & EACH_HIGH_BIT;
      if (found != 0) { // of what is found the first is right, as borrows go upwards
        return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (at < end && (bytes.getByte(at) < 0 || isVisible(bytes.getByte(at)))) {
      at++;
    }
    return at;
  }

  private static boolean isVisible(byte one) {
    return one >= ' ' && one != 0x7f;
  }
}
