package io.github.vertxlifecycle.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An undeploy whose caller has no context, while an event loop never comes back. */
final class UndeployTest {

  private static final int THREADS = 8; // some of which Vert.x would give the blocked event loop
  private static final long PATIENCE_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final CountDownLatch blocked = new CountDownLatch(1);

  @AfterEach
  void close() throws Exception {
    blocked.countDown();
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    CompletionStage<T> stage = future.toCompletionStage();
    return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static final class Idle extends VerticleBase {
    private Thread thread;

    @Override
    public Future<?> start() {
      thread = Thread.currentThread();
      return Future.succeededFuture();
    }
  }

  /** Deployments of which half are on each of the two event loops; an id by its thread. */
  private Map<String, Thread> deploy() throws Exception {
    Map<String, Thread> threads = new LinkedHashMap<>();
    for (int i = 0; i < 2 * THREADS; i++) {
      Idle idle = new Idle();
      threads.put(get(vertx.deployVerticle(idle)), idle.thread);
    }
    return threads;
  }

  private Thread block() throws Exception {
    Promise<Thread> thread = Promise.promise();
    Contexts.newEventLoopContext(vertx)
        .runOnContext(
            v -> {
              thread.complete(Thread.currentThread());
              try {
                blocked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return get(thread.future());
  }

  @Test
  void goesOnWhereThereIsTime() throws Exception {
    Map<String, Thread> deployed = deploy();
    Thread lost = block();
    List<String> others =
        deployed.keySet().stream().filter(id -> deployed.get(id) != lost).toList();

    assertThat(others).hasSizeGreaterThanOrEqualTo(THREADS);
    for (String id : others) {
      FutureTask<Future<Void>> call = new FutureTask<>(() -> Deployments.undeploy(vertx, id));
      new Thread(call).start();

      get(call.get(PATIENCE_SECONDS, TimeUnit.SECONDS));

      assertThat(vertx.deploymentIDs()).doesNotContain(id);
    }
  }

  @Test
  void oneEventLoopThatHasEndedIsNoReason() throws Exception {
    Map<String, Thread> deployed = deploy();
    Thread lost = block();
    String other =
        deployed.keySet().stream().filter(id -> deployed.get(id) != lost).findFirst().orElseThrow();
    blocked.countDown();
    for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
      if (loop.inEventLoop(lost)) {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
      }
    }

    get(Deployments.undeploy(vertx, other));

    assertThat(vertx.deploymentIDs()).doesNotContain(other);
  }

  @Test
  void aDeploymentThatIsNotThereFails() {
    assertThat(Deployments.undeploy(vertx, "nobody").toCompletionStage())
        .failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
  }
}
