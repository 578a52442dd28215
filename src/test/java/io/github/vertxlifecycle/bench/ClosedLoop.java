package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/**
 * Busy clients on one thread: each sends the next request as soon as an answer has come. Their
 * connections stay open between runs, and nothing is under way then, so that what a server spends
 * and what it has answered belong together.
 */
final class ClosedLoop implements AutoCloseable {

  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();

  private final Selector selector = Selector.open();

  /**
   * What came of a run.
   *
   * @param answers how many requests were answered, which is all
   * @param seconds how long it took
   */
  record Answered(long answers, double seconds) {
    double perSecond() {
      return answers / seconds;
    }
  }

  ClosedLoop(int connections, Conversation.Opening opening) throws IOException {
    for (int i = 0; i < connections; i++) {
      Conversation conversation = opening.open();
      conversation.channel().register(selector, SelectionKey.OP_READ, conversation);
    }
  }

  /** Asks for so long, once at least, and waits for the last answers. */
  Answered run(Duration time) throws IOException {
    long began = System.nanoTime();
    long until = began + time.toNanos();
    int underWay = 0;
    for (SelectionKey key : selector.keys()) {
      Conversation conversation = (Conversation) key.attachment();
      conversation.ask(conversation.depth());
      underWay += conversation.depth();
    }
    long answers = 0;
    while (underWay > 0) {
      selector.select(100);
      long now = System.nanoTime();
      for (SelectionKey key : selector.selectedKeys()) {
        Conversation conversation = (Conversation) key.attachment();
        int answered = conversation.answers();
        answers += answered;
        if (now >= until) {
          underWay -= answered;
        } else if (answered > 0) {
          conversation.ask(answered);
        }
      }
      selector.selectedKeys().clear();
      if (now - until > PATIENCE_NANOS) {
        throw new SocketTimeoutException(underWay + " requests without an answer");
      }
    }
    return new Answered(answers, (System.nanoTime() - began) / 1e9);
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
