package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * HTTP/1.1, pipelined if it is deep. It looks at nothing but the length of the answers, which are
 * all alike, so that it takes less of the machine than any server does.
 */
final class Http1Conversation implements Conversation {

  private final SocketChannel channel;
  private final int requestLength;
  private final int answerLength;
  private final int depth;
  private final ByteBuffer requests;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
  private int bytesOfAnswer;

  private Http1Conversation(int port, Http1Request request, int answerLength, int depth)
      throws IOException {
    this.channel = Http1Request.connect(port);
    this.channel.configureBlocking(false);
    this.requestLength = request.length();
    this.answerLength = answerLength;
    this.depth = depth;
    this.requests = request.times(depth);
  }

  static Conversation.Opening opening(int port, Http1Request request, int depth)
      throws IOException {
    int answerLength = request.answerLength(port);
    return () -> new Http1Conversation(port, request, answerLength, depth);
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
  public void ask(int count) throws IOException {
    requests.position(0).limit(count * requestLength);
    while (requests.hasRemaining()) {
      channel.write(requests);
    }
  }

  @Override
  public int answers() throws IOException {
    buffer.clear();
    int read = channel.read(buffer);
    if (read < 0) {
      throw new IOException("the server ended a connection");
    }
    int bytes = bytesOfAnswer + read;
    bytesOfAnswer = bytes % answerLength;
    return bytes / answerLength;
  }
}
