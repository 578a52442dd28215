package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Busy keep-alive clients on one thread: each sends a request as soon as the last one was answered.
 * The clients look at nothing but the length of the answers, which are all alike, so that they take
 * less of the machine than any server does.
 */
final class KeepAliveLoad {

  private final InetSocketAddress server;
  private final byte[] request;
  private final int connections;

  KeepAliveLoad(int port, String path, int connections) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.request =
        "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n"
            .formatted(path)
            .getBytes(StandardCharsets.ISO_8859_1);
    this.connections = connections;
  }

  private static final class KeptConnection {
    private final SocketChannel channel;
    private int missing;

    KeptConnection(SocketChannel channel) {
      this.channel = channel;
    }
  }

  /** Answers per second. */
  double run(Duration time) throws IOException {
    int answerLength = answerLength();
    ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
    ByteBuffer asking = ByteBuffer.allocateDirect(request.length).put(request);
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channel.configureBlocking(false);
        KeptConnection connection = new KeptConnection(channel);
        channel.register(selector, SelectionKey.OP_READ, connection);
        ask(connection, asking, answerLength);
      }
      long began = System.nanoTime();
      long until = began + time.toNanos();
      long answers = 0;
      while (System.nanoTime() < until) {
        selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          answers += read((KeptConnection) key.attachment(), buffer, asking, answerLength);
        }
        selector.selectedKeys().clear();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      return answers / seconds;
    }
  }

  private static int read(
      KeptConnection connection, ByteBuffer buffer, ByteBuffer asking, int answerLength)
      throws IOException {
    buffer.clear();
    int read = connection.channel.read(buffer);
    if (read < 0) {
      throw new IOException("the server ended a connection");
    }
    connection.missing -= read;
    if (connection.missing > 0) {
      return 0;
    }
    ask(connection, asking, answerLength);
    return 1;
  }

  private static void ask(KeptConnection connection, ByteBuffer asking, int answerLength)
      throws IOException {
    connection.missing = answerLength;
    asking.flip();
    connection.channel.write(asking);
    asking.position(asking.limit());
  }

  private int answerLength() throws IOException {
    try (SocketChannel channel = SocketChannel.open(server)) {
      channel.write(ByteBuffer.wrap(request));
      ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
      do {
        channel.read(answer);
      } while (!new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1)
          .endsWith("hello"));
      return answer.position();
    }
  }
}
