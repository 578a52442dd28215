package io.github.vertxlifecycle.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ServiceConfigurationError;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a call ends, its end comes as the answer. */
final class BlockingWorkerTest {

  private final Vertx vertx = Vertx.vertx();
  private final BlockingWorker blocking = new BlockingWorker(vertx, "test");

  @AfterEach
  void close() throws Exception {
    ended(vertx.close());
  }

  private static void ended(Future<?> future) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    future.onComplete(any -> ended.countDown());
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void answersWithAnError() throws Exception {
    Error unexpected = new ServiceConfigurationError("no such provider");
    Future<?> answer =
        blocking.run(
            () -> {
              throw unexpected;
            });
    ended(answer);
    assertThat(answer.cause()).isSameAs(unexpected);
  }

  @Test
  void refusesOnceItHasEnded() throws Exception {
    blocking.end();
    Future<?> answer = blocking.run(() -> "too late");
    ended(answer);
    assertThat(answer.cause()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void answersWhenItsWorkersHaveGone() throws Exception {
    ended(vertx.close());
    Future<?> answer = blocking.run(() -> "too late");
    ended(answer);
    assertThat(answer.cause()).isInstanceOf(RejectedExecutionException.class);
  }
}
