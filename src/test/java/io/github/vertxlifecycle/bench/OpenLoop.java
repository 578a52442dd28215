package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Many {@link PacedClient}s on one thread, which never sleeps, because a sleep would be measured.
 */
final class OpenLoop implements AutoCloseable {

  private static final long PATIENCE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int CONNECTIONS = 64;

  /** The same for all, so that both sides get the same. */
  private static final long SEED = 1;

  private final Selector selector = Selector.open();
  private final List<PacedClient> clients = new ArrayList<>();
  private final AnswerTimes times = new AnswerTimes();

  OpenLoop(int port, Http1Request request, double perSecond) throws IOException {
    int answerLength = request.answerLength(port);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < CONNECTIONS; i++) {
      PacedClient client =
          new PacedClient(port, request, answerLength, perSecond / CONNECTIONS, random.split());
      client.channel().register(selector, SelectionKey.OP_READ, client);
      clients.add(client);
    }
  }

  /** For so long, or until all clients have left; waits for the last answers. */
  AnswerTimes run(Duration time) throws IOException {
    long began = System.nanoTime();
    long until = began + time.toNanos();
    clients.forEach(client -> client.begin(began));
    long now = began;
    while (anyWaits() || (now - until < 0 && count(PacedClient.State.IDLE) > 0)) {
      for (PacedClient client : clients) {
        client.askIfDue(now, until);
      }
      selector.selectNow();
      for (SelectionKey key : selector.selectedKeys()) {
        ((PacedClient) key.attachment()).read(times);
      }
      selector.selectedKeys().clear();
      now = System.nanoTime();
      if (now - until > PATIENCE_NANOS) {
        throw new SocketTimeoutException("a request without an answer");
      }
    }
    return times;
  }

  private boolean anyWaits() {
    return count(PacedClient.State.WAITING) > 0;
  }

  /** How many clients are so. */
  int count(PacedClient.State state) {
    int count = 0;
    for (PacedClient client : clients) {
      count += client.state() == state ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    for (PacedClient client : clients) {
      client.channel().close();
    }
    selector.close();
  }
}
