package io.github.vertxlifecycle.worker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A worker whose iterations end when the test says so. */
final class WorkerVerticleTest {

  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<Promise<Void>> iterations = new LinkedBlockingQueue<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Promise<Void> preparing = Promise.promise();
  private Future<?> prepared = Future.succeededFuture();
  private Runnable abandoned = () -> {};
  private volatile Context own;
  private volatile boolean allAtOnce;
  private final TestApp app = new TestApp(c -> c.add("worker", Steps::new));

  private final class Steps extends WorkerVerticle {

    @Override
    protected Future<?> prepare() {
      log.add("prepare");
      own = context;
      preparing.complete();
      return prepared;
    }

    @Override
    protected void onIterationAbandoned() {
      log.add("abandoned");
      abandoned.run();
    }

    @Override
    protected Future<?> iterate() {
      log.add("iterate");
      Promise<Void> iteration = Promise.promise();
      if (allAtOnce) {
        return Future.succeededFuture();
      }
      iterations.add(iteration);
      return iteration.future();
    }

    @Override
    protected Future<?> cleanUp() {
      log.add("clean up");
      return Future.succeededFuture();
    }
  }

  /** From now on iterations end by themselves, including those that run. */
  private void finishAll() {
    allAtOnce = true;
    iterations.forEach(Promise::tryComplete);
  }

  @AfterEach
  void close() {
    finishAll();
    app.close();
  }

  private void start(String every) {
    Await.success(app.start(new JsonObject().put("worker", new JsonObject().put("every", every))));
  }

  private Promise<Void> next() throws InterruptedException {
    Promise<Void> iteration = iterations.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(iteration).as("another iteration").isNotNull();
    return iteration;
  }

  @Test
  void theFirstIterationBeginsWithTheStartAndOthersFollow() throws Exception {
    start("1ms");

    next().complete();
    next().complete();
    next().complete();

    assertThat(log).startsWith("prepare", "iterate", "iterate", "iterate");
  }

  @Test
  void iterationsDoNotOverlap() throws Exception {
    start("1ms");
    Promise<Void> first = next();
    Promise<Void> timePassed = Promise.promise();
    app.vertx().setTimer(50, id -> timePassed.complete());
    Await.success(timePassed.future());

    assertThat(iterations).isEmpty();

    first.complete();
    next().complete();
  }

  @Test
  void aRunningIterationFinishesAndExactlyOneMoreRuns() throws Exception {
    start("1h");
    Promise<Void> running = next();
    Future<Void> stopped = app.stop();
    LifecycleEvent.ComponentDraining draining = Await.success(app.draining("worker"));
    assertThat(draining.inFlight()).isEqualTo(1);
    assertThat(iterations).isEmpty();

    running.complete();
    Promise<Void> last = next();
    assertThat(stopped.isComplete()).isFalse();
    last.complete();

    Await.success(stopped);
    assertThat(log).containsExactly("prepare", "iterate", "iterate", "clean up");
    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void anIdleWorkerRunsOneLastIteration() throws Exception {
    start("1h");
    next().complete();
    Future<Void> stopped = app.stop();

    next().complete();

    Await.success(stopped);
    assertThat(log).containsExactly("prepare", "iterate", "iterate", "clean up");
  }

  @Test
  void aFailedIterationDoesNotEndTheLoop() throws Exception {
    start("1ms");
    next().fail("on purpose");
    next().complete();

    finishAll();
    Await.success(app.stop());

    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aFailedLastIterationFailsTheStopAndSaysSo() throws Exception {
    start("1h");
    next().complete();
    Future<Void> stopped = app.stop();

    next().fail("the disk is full");

    Await.success(stopped);
    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.FAILED);
    assertThat(app.stopped("worker").failure())
        .hasMessage("the last iteration failed: the disk is full");
    assertThat(log).endsWith("clean up");
  }

  @Test
  void aWorkerThatIsCutBeginsNoLastIteration() throws Exception {
    Await.success(
        app.start(new JsonObject().put("worker", new JsonObject().put("drainTimeout", "20ms"))));
    Promise<Void> running = next();

    Await.success(app.stop());

    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.stopped("worker").cut()).extracting(CutWork::what).containsExactly("iteration");
    assertThat(log).doesNotContain("clean up"); // beside the iteration
    running.complete();
    Promise<Void> tick = Promise.promise();
    app.vertx().setTimer(20, id -> tick.complete());
    Await.success(tick.future());
    assertThat(iterations).isEmpty();
    assertThat(log).endsWith("clean up");
  }

  @Test
  void aRunningIterationThatIsAbandonedCanEndAndIsCleanedUpAfter() throws Exception {
    abandoned = () -> iterations.forEach(one -> one.tryFail("nobody waits"));
    Await.success(
        app.start(new JsonObject().put("worker", new JsonObject().put("drainTimeout", "20ms"))));
    assertThat(iterations.peek()).isNotNull();

    Await.success(app.stop());

    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CUT);
    assertThat(log).containsExactly("prepare", "iterate", "abandoned", "clean up");
  }

  @Test
  void aBusyThreadRunsTheLastIterationAfterItsDeadlineAndTheReportNamesIt() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    Await.success(
        app.start(
            new JsonObject()
                .put("worker", new JsonObject().put("every", "1h").put("drainTimeout", "20ms"))));
    next().complete();
    finishAll();
    own.runOnContext(v -> uninterrupted(busy));
    Future<Void> stopped = app.stop();
    Await.success(app.releasing("worker"));
    busy.countDown();

    Await.success(stopped);

    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.stopped("worker").cut()).extracting(CutWork::what).containsExactly("onDrain");
    assertThat(log).containsExactly("prepare", "iterate", "iterate", "clean up");
  }

  private static void uninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPreparationUnderWayIsWaitedForAndTheLoopIsDrained() throws Exception {
    Promise<Void> migration = Promise.promise();
    prepared = migration.future();
    Future<?> started = app.start(new JsonObject());
    Await.success(preparing.future());
    Future<Void> stopped = app.stop();
    Await.success(app.draining("worker"));
    finishAll();
    migration.complete();

    Await.success(stopped);

    Await.failure(started);
    assertThat(app.stopped("worker").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(log).startsWith("prepare", "iterate").endsWith("clean up");
  }

  @Test
  void anIterationThatThrowsHasFailedAndTheLoopGoesOn() throws Exception {
    BlockingQueue<String> thrown = new LinkedBlockingQueue<>();
    try (TestApp other =
        new TestApp(
            components ->
                components.add(
                    "worker",
                    () ->
                        new WorkerVerticle() {
                          @Override
                          protected Future<?> iterate() {
                            thrown.add("once");
                            throw new IllegalStateException("on purpose");
                          }
                        }))) {
      Await.success(
          other.start(new JsonObject().put("worker", new JsonObject().put("every", "1ms"))));
      assertThat(thrown.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
      assertThat(thrown.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();

      Await.success(other.stop());

      assertThat(other.stopped("worker").failure())
          .hasMessage("the last iteration failed: on purpose");
    }
  }

  @Test
  void anIterationThatThrowsACheckedExceptionHasFailed() {
    try (TestApp other =
        new TestApp(
            components ->
                components.add(
                    "worker",
                    () ->
                        new WorkerVerticle() {
                          @Override
                          protected Future<?> iterate() throws IOException {
                            throw new IOException("no disk");
                          }
                        }))) {
      Await.success(other.start(new JsonObject()));

      Await.success(other.stop());

      assertThat(other.stopped("worker").failure())
          .hasMessage("the last iteration failed: no disk");
    }
  }

  @Test
  void everyMustBeMoreThanZero() {
    assertThat(
            Await.failure(
                app.start(new JsonObject().put("worker", new JsonObject().put("every", 0)))))
        .hasMessageContaining("worker.every: must be more than zero");
  }

  @Test
  void tellsOfAnOutageOnceAndCountsTheIterationsThatFailedLikeIt() throws Exception {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Logger logger = (Logger) LoggerFactory.getLogger(WorkerVerticle.class);
    logger.addAppender(lines);
    try {
      Await.success(
          app.start(new JsonObject().put("worker", new JsonObject().put("every", "1ms"))));
      for (int i = 0; i < 200; i++) {
        next().fail(new IOException("connection refused"));
      }
      finishAll();
      app.close();
    } finally {
      logger.detachAppender(lines);
    }
    List<String> told = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(told.get(0))
        .isEqualTo("worker: an iteration failed: java.io.IOException: connection refused");
    assertThat(told).hasSizeBetween(2, 10);
    assertThat(told.get(told.size() - 1)).contains(" more like it within ");
  }
}
