package io.github.vertxlifecycle.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A client that means to ask at random moments, so many a second on average, whatever the server
 * does. What it could not ask in time, because it still waited for an answer, it asks late, and
 * counts from when it meant to. Once it is told to leave it leaves.
 */
final class PacedClient {

  /** What has become of a client. */
  enum State {
    /** May ask. */
    IDLE,
    /** Waits for an answer. */
    WAITING,
    /** Was told to leave, or its connection ended with nothing under way. */
    LEFT,
    /** Its connection ended before an answer that was under way. */
    LOST
  }

  private final SocketChannel channel;
  private final ByteBuffer request;
  private final int answerLength;
  private final ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
  private final double meanNanos;
  private final SplittableRandom random;
  private long meant;
  private State state = State.IDLE;

  PacedClient(
      int port, Http1Request request, int answerLength, double perSecond, SplittableRandom random)
      throws IOException {
    this.channel = Http1Request.connect(port);
    this.channel.configureBlocking(false);
    this.request = request.times(1);
    this.answerLength = answerLength;
    this.meanNanos = 1e9 / perSecond;
    this.random = random;
  }

  SocketChannel channel() {
    return channel;
  }

  State state() {
    return state;
  }

  void begin(long now) {
    meant = now + gap();
  }

  /** The times between the requests of clients that know nothing of each other. */
  private long gap() {
    return (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
  }

  /** Asks if it is time to, and there is time left. */
  void askIfDue(long now, long until) throws IOException {
    if (state == State.IDLE && meant - now <= 0 && meant - until < 0) {
      state = State.WAITING;
      request.flip();
      try {
        while (request.hasRemaining()) {
          channel.write(request);
        }
      } catch (IOException gone) {
        end(State.LOST);
      }
    }
  }

  void read(AnswerTimes times) throws IOException {
    int read;
    try {
      read = channel.read(answer);
    } catch (IOException reset) {
      read = -1;
    }
    if (read < 0) {
      end(state == State.WAITING ? State.LOST : State.LEFT);
    } else if (answer.position() == answerLength || isWhole()) {
      answered(times);
    }
  }

  /** An answer that says more than others is longer. */
  private boolean isWhole() {
    return answer.position() > answerLength && text().endsWith(Http1Request.BODY);
  }

  private void answered(AnswerTimes times) throws IOException {
    long now = System.nanoTime();
    times.add(now - meant, now);
    meant += gap();
    boolean told = answer.position() != answerLength && text().contains("connection: close");
    answer.clear();
    state = State.IDLE;
    if (told) {
      end(State.LEFT);
    }
  }

  private String text() {
    return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1)
        .toLowerCase(Locale.ROOT);
  }

  private void end(State how) throws IOException {
    state = how;
    channel.close();
  }
}
