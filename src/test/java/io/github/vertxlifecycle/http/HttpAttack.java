package io.github.vertxlifecycle.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * What one client can do to a server with little of its own. None of them reads what the server
 * says before it has said all, or the server has ended the connection.
 */
enum HttpAttack {

  /** Streams that are opened and reset (CVE-2023-44487). */
  RAPID_RESET(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      for (int i = 0; i < TIMES; i++) {
        client.get(2 * i + 1, "/hello");
        client.send(Http2Wire.RST_STREAM, 0, 2 * i + 1, EIGHT);
      }
    }
  },

  /** Streams that the server is made to reset (CVE-2025-8671): a window that opens by nothing. */
  MADE_YOU_RESET(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      for (int i = 0; i < TIMES; i++) {
        client.post(2 * i + 1, "/echo");
        client.send(Http2Wire.WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]);
      }
    }
  },

  /** A head that does not end (CVE-2024-27983), a kilobyte at a time. */
  CONTINUATION(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      client.send(Http2Wire.HEADERS, 0, 1, Http2Wire.fields("a", "b"));
      byte[] more = Http2Wire.fields("c", "d".repeat(100), "e", "f".repeat(100));
      for (int i = 0; i < TIMES; i++) {
        client.send(Http2Wire.CONTINUATION, 0, 1, more);
      }
    }
  },

  /** The same with frames that hold nothing. */
  EMPTY_CONTINUATION(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      client.send(Http2Wire.HEADERS, 0, 1, Http2Wire.fields("a", "b"));
      for (int i = 0; i < TIMES; i++) {
        client.send(Http2Wire.CONTINUATION, 0, 1, new byte[0]);
      }
    }
  },

  /** Each is to be acknowledged (CVE-2019-9515), and nobody reads that. */
  SETTINGS(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      byte[] one = ByteBuffer.allocate(6).putShort((short) 4).putInt(70_000).array();
      flood(client, Http2Wire.SETTINGS, one);
    }
  },

  /** Each is to be answered (CVE-2019-9512), and nobody reads that. */
  PING(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      flood(client, Http2Wire.PING, new byte[8]);
    }
  },

  /** Frames without a byte (CVE-2019-9518). */
  EMPTY_DATA(true) {
    @Override
    void strike(Http2Wire client) throws IOException {
      client.post(1, "/echo");
      for (int i = 0; i < TIMES; i++) {
        client.send(Http2Wire.DATA, 0, 1, new byte[0]);
      }
    }
  },

  /** Sixty megabytes in sixty kilobytes. */
  ZIP_BOMB(false) {
    @Override
    void strike(int port) throws IOException {
      byte[] bomb = bomb();
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Encoding: gzip\r\n");
        client.send("Content-Length: " + bomb.length + "\r\n\r\n");
        client.socket().getOutputStream().write(bomb);
        expectRefused(client.read().status());
      }
    }
  },

  /** The same on a stream. */
  HTTP2_ZIP_BOMB(false) {
    @Override
    void strike(Http2Wire client) throws IOException {
      byte[] bomb = bomb();
      client.post(1, "/echo", "content-encoding", "gzip");
      for (int at = 0; at < bomb.length; at += 10_000) {
        client.send(
            Http2Wire.DATA, 0, 1, Arrays.copyOfRange(bomb, at, Math.min(bomb.length, at + 10_000)));
      }
      expectRefused(client.next(Http2Wire.HEADERS).says("413") ? 413 : 200);
    }
  },

  /** A WebSocket message that does not end. */
  ENDLESS_FRAGMENTS(false) {
    @Override
    void strike(int port) throws IOException {
      fragments(port, 1000, 100_000);
    }
  },

  /** The same with fragments that hold nothing. */
  EMPTY_FRAGMENTS(false) {
    @Override
    void strike(int port) throws IOException {
      fragments(port, 0, 1_000_000);
    }
  },

  /** A body in chunks of one byte. */
  SMALL_CHUNKS(false) {
    @Override
    void strike(int port) throws IOException {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunks = "1\r\nx\r\n".repeat(1000);
        for (int i = 0; i < 200; i++) {
          client.send(chunks);
        }
        client.send("0\r\n\r\n");
        client.read();
      }
    }
  };

  private static final int TIMES = 5_000;
  private static final int MEGABYTES = 60;
  private static final int FLOOD = 1_000_000;
  private static final byte[] EIGHT = ByteBuffer.allocate(4).putInt(8).array();

  private final boolean endsItsConnection;

  HttpAttack(boolean endsItsConnection) {
    this.endsItsConnection = endsItsConnection;
  }

  /** Attacks once, to the end; throws if the server bears what it should end. */
  final void run(int port) throws IOException {
    boolean ended = false;
    try {
      strike(port);
    } catch (SocketException | EOFException e) {
      ended = true; // broken pipe, or reset
    }
    if (endsItsConnection && !ended) {
      throw new IllegalStateException(this + ": the server bore it");
    }
  }

  void strike(int port) throws IOException {
    try (Http2Wire client = new Http2Wire(port)) {
      strike(client);
      if (endsItsConnection && client.isAtEnd()) {
        throw new EOFException();
      }
    }
  }

  void strike(Http2Wire client) throws IOException {
    throw new UnsupportedOperationException();
  }

  private static void flood(Http2Wire client, int type, byte[] payload) throws IOException {
    ByteBuffer frames = ByteBuffer.allocate(1000 * (9 + payload.length));
    for (int i = 0; i < 1000; i++) {
      frames.put((byte) 0).putShort((short) payload.length).put((byte) type).put((byte) 0);
      frames.putInt(0).put(payload);
    }
    for (int i = 0; i < FLOOD; i += 1000) {
      client.write(frames.array());
    }
  }

  private static void expectRefused(int status) {
    if (status != 413) {
      throw new IllegalStateException("answered " + status);
    }
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < MEGABYTES; i++) {
        zip.write(zeros);
      }
    }
    return bomb.toByteArray();
  }

  private static void fragments(int port, int bytes, int count) throws IOException {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(
          """
          GET /chat HTTP/1.1
          Host: t
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """
              .replace("\n", "\r\n"));
      client.readHead();
      ByteBuffer fragment = ByteBuffer.allocate(8 + bytes);
      client.socket().getOutputStream().write(frame(fragment, 1, bytes));
      byte[] next = frame(fragment.clear(), 0, bytes);
      ByteArrayOutputStream many = new ByteArrayOutputStream();
      for (int i = 0; i < 1000; i++) {
        many.writeBytes(next);
      }
      for (int i = 0; i < count; i += 1000) {
        client.socket().getOutputStream().write(many.toByteArray());
      }
    }
  }

  /** A masked frame, not the last of its message; the mask is zero. */
  private static byte[] frame(ByteBuffer frame, int opcode, int bytes) {
    frame.put((byte) opcode);
    if (bytes < 126) {
      frame.put((byte) (0x80 | bytes));
    } else {
      frame.put((byte) 0xfe).putShort((short) bytes);
    }
    frame.putInt(0);
    byte[] all = new byte[frame.position() + bytes];
    frame.flip().get(all, 0, frame.limit());
    return all;
  }
}
