package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * HTTP/2 without TLS, by a client that knows that the server has it: several streams at once, each
 * a GET. It counts the streams that end, and looks at the status of each.
 */
final class Http2Conversation implements Conversation {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_LENGTH = 5;
  private static final int FRAME_HEADER = 9;
  private static final int STATUS_200 = 0x88;

  /** From the 65,535 bytes of the beginning to the most that there may be (RFC 9113 §6.9.1). */
  private static final int MORE_WINDOW = Integer.MAX_VALUE - 65_535;

  private final SocketChannel channel;
  private final int depth;
  private final byte[] head;
  private final ByteBuffer out = ByteBuffer.allocateDirect(16 * 1024);
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
  private int nextStream = 1;

  Http2Conversation(int port, String path, int depth) throws IOException {
    this.channel = Http1Request.connect(port);
    this.channel.configureBlocking(false);
    this.depth = depth;
    this.head = head(path);
    out.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    frame(0, SETTINGS, 0, 0);
    frame(4, WINDOW_UPDATE, 0, 0).putInt(MORE_WINDOW);
    flush();
  }

  /** HPACK by hand: GET and http from its table, and two literals (RFC 7541 §6). */
  private static byte[] head(String path) {
    byte[] pathBytes = path.getBytes(StandardCharsets.ISO_8859_1);
    byte[] authority = "bench".getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(6 + pathBytes.length + authority.length)
        .put((byte) 0x82)
        .put((byte) 0x86)
        .put((byte) 0x04)
        .put((byte) pathBytes.length)
        .put(pathBytes)
        .put((byte) 0x01)
        .put((byte) authority.length)
        .put(authority)
        .array();
  }

  @Override
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public void ask(int requests) throws IOException {
    for (int i = 0; i < requests; i++) {
      frame(head.length, HEADERS, END_STREAM | END_HEADERS, nextStream).put(head);
      nextStream += 2;
    }
    flush();
  }

  private ByteBuffer frame(int length, int type, int flags, int stream) {
    out.put((byte) 0).putShort((short) length).put((byte) type).put((byte) flags);
    return out.putInt(stream);
  }

  private void flush() throws IOException {
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    out.clear();
  }

  @Override
  public int answers() throws IOException {
    if (channel.read(in) < 0) {
      throw new IOException("the server ended a connection");
    }
    in.flip();
    int ended = 0;
    while (in.remaining() >= FRAME_HEADER) {
      int start = in.position();
      int length = in.getInt(start) >>> 8;
      if (in.remaining() < FRAME_HEADER + length) {
        break;
      }
      in.position(start + FRAME_HEADER);
      ended += frame(in.get(start + 3), in.get(start + 4)) ? 1 : 0;
      in.position(start + FRAME_HEADER + length);
    }
    in.compact();
    return ended;
  }

  /** Whether a stream ends with the frame, whose payload is next. */
  private boolean frame(int type, int flags) throws IOException {
    switch (type) {
      case HEADERS -> {
        int block = in.position() + ((flags & PRIORITY) == 0 ? 0 : PRIORITY_LENGTH);
        if ((in.get(block) & 0xff) != STATUS_200) {
          throw new IOException("a status that is not 200");
        }
        return (flags & END_STREAM) != 0;
      }
      case DATA -> {
        return (flags & END_STREAM) != 0;
      }
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          frame(0, SETTINGS, ACK, 0);
          flush();
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          frame(8, PING, ACK, 0).putLong(in.getLong(in.position()));
          flush();
        }
      }
      case WINDOW_UPDATE -> {
        // the requests have no bodies
      }
      default -> throw new IOException("a frame that ends something: type " + type);
    }
    return false;
  }
}
