package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A stream of random bytes that runs as fast as it is read, up to a mark, and goes on when the mark
 * is moved. Its handlers are called on its context.
 */
final class RandomStream implements ReadStream<Buffer> {

  private static final int CHUNK = 64 * 1024;

  private final Context context;
  private final Random random = new Random(4711);
  private final MessageDigest digest;

  // context only
  private Handler<Buffer> handler;
  private Handler<Void> endHandler;
  private Handler<Throwable> exceptionHandler;
  private long demand = Long.MAX_VALUE;
  private boolean over;

  private long mark; // guarded by this
  private boolean last; // guarded by this
  private final AtomicLong given = new AtomicLong();

  RandomStream(Context context, long mark) {
    this.context = context;
    this.mark = mark;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** How many bytes have been read. */
  long given() {
    return given.get();
  }

  /** Lets the stream run on to a mark. */
  synchronized void runTo(long bytes) {
    mark = bytes;
    context.runOnContext(v -> run());
  }

  /** Lets the stream run on to a mark and end there. */
  synchronized void endAt(long bytes) {
    last = true;
    runTo(bytes);
  }

  void fail(Throwable problem) {
    context.runOnContext(
        v -> {
          over = true;
          exceptionHandler.handle(problem);
        });
  }

  /** The SHA-256 of all bytes, once the stream has ended. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private void run() {
    while (handler != null && !over && demand > 0) {
      int length = (int) Math.min(CHUNK, mark() - given.get());
      if (length <= 0) {
        break;
      }
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      digest.update(bytes);
      given.addAndGet(length);
      demand = demand == Long.MAX_VALUE ? demand : demand - 1;
      handler.handle(Buffer.buffer(bytes));
    }
    if (handler != null && !over && isLast() && given.get() == mark()) {
      over = true;
      endHandler.handle(null);
    }
  }

  private synchronized long mark() {
    return mark;
  }

  private synchronized boolean isLast() {
    return last;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> to) {
    exceptionHandler = to;
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> to) {
    handler = to;
    context.runOnContext(v -> run());
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    demand = 0;
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    context.runOnContext(v -> run());
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> to) {
    endHandler = to;
    return this;
  }
}
