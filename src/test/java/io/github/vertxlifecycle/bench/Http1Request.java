package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A request of HTTP/1.1. */
final class Http1Request {

  /** The body of every answer. */
  static final String BODY = "hello";

  private static final int KILOBYTE = 1000;

  private final byte[] bytes;

  private Http1Request(String text) {
    bytes = text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static Http1Request get(String path) {
    return new Http1Request("GET %s HTTP/1.1\r\nHost: bench\r\n\r\n".formatted(path));
  }

  /** With a body of one kilobyte. */
  static Http1Request postJson(String path) {
    String empty = "{\"text\":\"\"}";
    String json = empty.replace("\"\"", "\"" + "x".repeat(KILOBYTE - empty.length()) + "\"");
    return new Http1Request(
        "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s"
            .formatted(path, json.length(), json));
  }

  int length() {
    return bytes.length;
  }

  /** The request, so many times; to be flipped. */
  ByteBuffer times(int count) {
    ByteBuffer requests = ByteBuffer.allocateDirect(count * bytes.length);
    for (int i = 0; i < count; i++) {
      requests.put(bytes);
    }
    return requests;
  }

  static SocketChannel connect(int port) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.socket().setTcpNoDelay(true);
    return channel;
  }

  /** Asks once, to know how long the answers are. */
  int answerLength(int port) throws IOException {
    try (SocketChannel channel = connect(port)) {
      channel.write(ByteBuffer.wrap(bytes));
      ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
      String text = "";
      while (!text.endsWith(BODY)) {
        if (channel.read(answer) < 0) {
          throw new IOException("no answer but: " + text);
        }
        text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
      }
      if (!text.startsWith("HTTP/1.1 200 ")) {
        throw new IOException("not what was asked for: " + text);
      }
      return answer.position();
    }
  }
}
