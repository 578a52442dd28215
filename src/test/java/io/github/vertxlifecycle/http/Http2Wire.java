package io.github.vertxlifecycle.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An HTTP/2 client that deals in frames, and answers nothing by itself but SETTINGS. */
final class Http2Wire implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final int PRIORITY = 0x20;
  private static final int PATIENCE_MILLIS = 120_000;
  private static final int MUCH = 64 << 20;

  private final Socket socket;
  private final DataInputStream in;

  record Frame(int type, int flags, int stream, ByteBuffer payload) {

    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    int lastStream() {
      return payload.getInt(0);
    }

    /** Whether these characters are in it, as HPACK writes what it has in no table. */
    boolean says(String text) {
      return StandardCharsets.US_ASCII.decode(payload.duplicate()).toString().contains(text);
    }

    /** Whether a block of headers begins with {@code :status: 200}, as HPACK writes it. */
    boolean saysOk() {
      return (payload.get(has(PRIORITY) ? 5 : 0) & 0xff) == 0x88;
    }
  }

  Http2Wire(int port) throws IOException {
    this(port, false);
  }

  Http2Wire(int port, boolean tls) throws IOException {
    this(tls ? TrustingTls.over(connect(port), port, "h2") : connect(port));
    greet();
  }

  private Http2Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Says something before it speaks HTTP/2. */
  static Http2Wire behind(String before, int port) throws IOException {
    Http2Wire wire = new Http2Wire(connect(port));
    wire.write(before);
    wire.greet();
    return wire;
  }

  private static Socket connect(int port) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(PATIENCE_MILLIS);
    plain.setTcpNoDelay(true);
    return plain;
  }

  /** Comes from HTTP/1.1; the answer to the request is stream 1. */
  static Http2Wire upgraded(int port, String path) throws IOException {
    Http2Wire wire = new Http2Wire(connect(port));
    wire.write(
        """
        GET %s HTTP/1.1
        Host: test
        Connection: Upgrade, HTTP2-Settings
        Upgrade: h2c
        HTTP2-Settings: AAMAAABkAAQAAP__

        """
            .formatted(path)
            .replace("\n", "\r\n"));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) wire.in.readUnsignedByte());
    }
    if (head.indexOf("HTTP/1.1 101 ") != 0) {
      throw new IOException("no upgrade: " + head);
    }
    wire.greet();
    return wire;
  }

  private void greet() throws IOException {
    write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(SETTINGS, 0, 0, new byte[0]);
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) flags);
    frame.putInt(stream).put(payload);
    socket.getOutputStream().write(frame.array());
  }

  /** Lets the server send answers without waiting for this client, on streams to come. */
  Http2Wire openWindows() throws IOException {
    send(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(MUCH).array());
    send(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(MUCH).array());
    return this;
  }

  /** HPACK by hand: GET, http, and two literals that are not indexed (RFC 7541 §6). */
  void get(int stream, String path, String... more) throws IOException {
    request(0x82, stream, path, END_STREAM, more);
  }

  void post(int stream, String path, String... more) throws IOException {
    request(0x83, stream, path, 0, more);
  }

  private void request(int method, int stream, String path, int flags, String... more)
      throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(method);
    block.write(0x86);
    block.write(4);
    text(block, path);
    block.write(1);
    text(block, "test");
    block.writeBytes(fields(more));
    send(HEADERS, END_HEADERS | flags, stream, block.toByteArray());
  }

  /** A block of headers from names and values. */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      text(block, namesAndValues[i]);
      text(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String value) {
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads until a frame of one of these types; null at the end of the stream. */
  Frame next(int... types) throws IOException {
    while (true) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int length = first << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == SETTINGS && (flags & ACK) == 0) {
        send(SETTINGS, ACK, 0, new byte[0]);
      }
      for (int wanted : types) {
        if (wanted == type && !(type == SETTINGS && (flags & ACK) != 0)) {
          return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
        }
      }
    }
  }

  void acknowledge(Frame ping) throws IOException {
    send(PING, ACK, 0, ping.payload().array());
  }

  /** Lets the server send on the connection as much as it has sent. */
  void consumed(Frame data) throws IOException {
    int length = data.payload().capacity();
    if (data.type() == DATA && length > 0) {
      send(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(length).array());
    }
  }

  /** Waits for the answer's last frame. */
  void readAnswer(int stream) throws IOException {
    Frame frame;
    do {
      frame = next(HEADERS, DATA, RST_STREAM);
      if (frame == null || frame.type() == RST_STREAM) {
        throw new IOException("stream " + stream + " was cut: " + frame);
      }
    } while (frame.stream() != stream || !frame.has(END_STREAM));
  }

  /** Reads an answer to its last frame, which is not looked at if it is one of trailers. */
  byte[] readBody(int stream) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Frame frame;
    do {
      frame = next(HEADERS, DATA, RST_STREAM);
      if (frame == null || frame.type() == RST_STREAM) {
        throw new IOException("stream " + stream + " was cut: " + frame);
      }
      if (frame.type() == DATA) {
        body.writeBytes(frame.payload().array());
        consumed(frame);
      }
    } while (!frame.has(END_STREAM));
    return body.toByteArray();
  }

  boolean isAtEnd() throws IOException {
    return next() == null;
  }

  /** Whether the server ends the connection in a time; what it says until then is dropped. */
  boolean endsWithin(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return isAtEnd();
    } catch (SocketTimeoutException open) {
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  /** Closes before the block does. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
