package io.github.vertxlifecycle.junit5;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * An HTTP/1.1 client that stops in the middle: of its request, or of reading the answer. It holds
 * one connection, and goes on when it is told to.
 *
 * <pre>{@code
 * try (StallingClient client = StallingClient.inHead(port, "/links")) {
 *   StopResult stop = app.stop(); // what does it do with the connection?
 *   assertThat(client.answer()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Every wait has a limit. To be used by one thread at a time.
 */
public final class StallingClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Small, so that the system does not read what this client does not. */
  private static final int RECEIVE_BUFFER = 4 * 1024;

  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final Socket socket = new Socket();
  private final String rest;

  private StallingClient(int port, String begin, String rest) {
    this.rest = rest;
    try {
      socket.setTcpNoDelay(true);
      socket.setReceiveBufferSize(RECEIVE_BUFFER);
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port),
          (int) PATIENCE.toMillis());
      send(begin);
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Connects and sends half of a request's head.
   *
   * @param port on 127.0.0.1
   * @param path what it asks for
   * @return the client, to be closed
   * @throws UncheckedIOException if it cannot connect
   */
  public static StallingClient inHead(int port, String path) {
    return new StallingClient(
        port, "GET " + path + " HTTP/1.1\r\nHost: 127", ".0.0.1\r\nConnection: close\r\n\r\n");
  }

  /**
   * Connects and sends a request with half of its body.
   *
   * @param port on 127.0.0.1
   * @param path where it posts to
   * @param body ASCII, as JSON for the content type
   * @return the client, to be closed
   * @throws UncheckedIOException if it cannot connect
   */
  public static StallingClient inBody(int port, String path, String body) {
    String head =
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: %s\r\n"
            .formatted(path, body.length());
    String type = "Content-Type: application/json\r\n\r\n";
    int half = body.length() / 2;
    return new StallingClient(port, head + type + body.substring(0, half), body.substring(half));
  }

  /**
   * Connects, sends a whole request, and reads nothing of the answer. An answer of more than a few
   * megabytes does not fit into what the two systems keep for it.
   *
   * @param port on 127.0.0.1
   * @param path what it asks for
   * @return the client, to be closed
   * @throws UncheckedIOException if it cannot connect
   */
  public static StallingClient inAnswer(int port, String path) {
    return new StallingClient(
        port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", "");
  }

  private void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /**
   * The number by which a report names this client's request.
   *
   * @return the port of its end of the connection
   */
  public int localPort() {
    return socket.getLocalPort();
  }

  /**
   * Sends the rest of the request. Nothing happens if the server has had enough already; {@link
   * #answer} shows that.
   *
   * @return this
   */
  public StallingClient goOn() {
    try {
      send(rest);
    } catch (IOException e) {
      // reset by the server
    }
    return this;
  }

  /**
   * Reads until the server ends the connection, which it does after its answer or when it has had
   * enough.
   *
   * @return all that came, status line first; empty if nothing came
   * @throws AssertionError if the server leaves the connection open
   */
  public String answer() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] bytes = new byte[RECEIVE_BUFFER];
    try {
      InputStream in = socket.getInputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        all.write(bytes, 0, read);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server leaves the connection open; it sent: " + all, e);
    } catch (IOException e) {
      // reset: what came before counts
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Resets the connection, as that of a client whose machine is gone. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // it is closed already
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }
}
