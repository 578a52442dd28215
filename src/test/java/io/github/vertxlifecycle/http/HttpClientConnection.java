package io.github.vertxlifecycle.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A blocking HTTP/1.1 client on one socket, which shows what a library would hide. */
public final class HttpClientConnection implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 120_000;

  /** Small, so that the system does not read what the test does not. */
  private static final int RECEIVE_BUFFER = 64 * 1024;

  private final Socket socket;
  private final InputStream in;

  public HttpClientConnection(int port) throws IOException {
    this(port, false);
  }

  public HttpClientConnection(int port, boolean tls) throws IOException {
    Socket plain = new Socket();
    plain.setTcpNoDelay(true);
    plain.setReceiveBufferSize(RECEIVE_BUFFER);
    plain.setSoTimeout(PATIENCE_MILLIS);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
    socket = tls ? TrustingTls.over(plain, port) : plain;
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One answer. */
  public record Answer(int status, Map<String, String> headers, String body) {
    public boolean saysClose() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }
  }

  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  public static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n";
  }

  /** A POST as it goes over the wire. */
  public static String post(String path, String body) {
    return "POST %s HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, body.getBytes(StandardCharsets.ISO_8859_1).length, body);
  }

  public Answer request(String path) throws IOException {
    send(get(path));
    return read();
  }

  /** Reads one answer with a content length; throws at the end of the stream. */
  public Answer read() throws IOException {
    Answer head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("the body ended early");
    }
    return new Answer(head.status(), head.headers(), new String(body, StandardCharsets.ISO_8859_1));
  }

  /** Reads an answer up to its body. */
  Answer readHead() throws IOException {
    String status = line();
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return new Answer(Integer.parseInt(status.substring(9, 12)), headers, "");
  }

  /** Reads a chunked body to its end. */
  String readChunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      body.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
      line();
      if (length == 0) {
        return body.toString();
      }
    }
  }

  /** Reads one chunk of a chunked body. */
  String readChunk() throws IOException {
    String chunk = new String(in.readNBytes(Integer.parseInt(line(), 16)), StandardCharsets.UTF_8);
    line();
    return chunk;
  }

  /** Waits for the server to close the connection; false if it says something instead. */
  public boolean isClosedByPeer() throws IOException {
    return in.read() < 0;
  }

  /** By which the server knows this client. */
  public int localPort() {
    return socket.getLocalPort();
  }

  InputStream in() {
    return in;
  }

  Socket socket() {
    return socket;
  }

  /** True if the server has ended the stream; false if it sent more. */
  public boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Closes before the block does. */
  public void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
