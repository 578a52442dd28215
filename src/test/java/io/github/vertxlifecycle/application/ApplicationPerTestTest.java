package io.github.vertxlifecycle.application;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static io.github.vertxlifecycle.junit5.StopResultAssert.before;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.TestApplication;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An application for each test, which a test may stop. */
@Tag("integration")
final class ApplicationPerTestTest {

  private static final Set<Vertx> SEEN = ConcurrentHashMap.newKeySet();

  @RegisterExtension final LifecycleExtension app = LifecycleExtension.of(NotesApp::new);

  @RepeatedTest(2)
  void eachTestHasItsOwn(Vertx vertx) {
    assertThat(SEEN.add(vertx)).isTrue();
  }

  @Test
  void stopsInOrder(TestApplication application) {
    StopResult stop = app.stop();

    assertThat(stop)
        .isClean()
        .stopped("http", before("store", "audit"))
        .stopped("audit", before("store"))
        .cutNothing()
        .usedNothingLate()
        .within(Duration.ofMinutes(1));
    assertThat(stop.stopped()).containsExactly("http", "audit", "store");
    assertThat(application.stop()).isSameAs(stop);
    assertThat(application.isRunning()).isFalse();
    assertThatThrownBy(() -> app.use("store", NotesApp.Notes.class))
        .hasMessage("component \"store\" has stopped; use it before");
  }

  /** Answers when the test says so. */
  private static final class SlowNotes implements NotesApp.Notes {
    private final Promise<Void> asked = Promise.promise();
    private final Promise<List<String>> answer = Promise.promise();

    @Override
    public Future<List<String>> all() {
      asked.tryComplete();
      return answer.future();
    }

    @Override
    public Future<Void> add(String note) {
      return Future.succeededFuture();
    }
  }

  @Nested
  final class WithAFakeStore {
    private final SlowNotes notes = new SlowNotes();

    @RegisterExtension
    final LifecycleExtension faked =
        LifecycleExtension.of(NotesApp::new).providing("store", NotesApp.Notes.class, notes);

    private Future<String> requested(TestApplication application) {
      Future<String> text =
          application
              .httpClient()
              .request(HttpMethod.GET, "/notes")
              .compose(request -> request.send().compose(answer -> answer.body()))
              .map(Object::toString);
      Await.success(notes.asked.future());
      return text;
    }

    @Test
    void aRequestInFlightIsAnswered() {
      Future<String> text = requested(faked.application());

      Future<StopResult> stopping = faked.application().beginStop();
      assertThat(stopping.isComplete()).isFalse();
      notes.answer.complete(List.of("late"));

      assertThat(Await.success(text)).isEqualTo("late");
      assertThat(Await.success(stopping)).isClean().stopped("http", before("store"));
    }

    @Test
    void aSecondRequestToStopCutsIt() {
      Future<String> text = requested(faked.application());

      Future<StopResult> stopping = faked.application().beginStop();
      faked.application().escalate();

      assertThat(Await.success(stopping)).hasOutcome(Outcome.CUT).cut("http", "GET /notes");
      Await.failure(text);
    }
  }

  @Test
  void waitsOnNoEventLoop(TestApplication application) {
    Promise<StopResult> stopped = Promise.promise();
    application
        .vertx()
        .runOnContext(
            v -> {
              try {
                stopped.complete(application.stop());
              } catch (IllegalStateException e) {
                stopped.fail(e);
              }
            });

    assertThat(Await.failure(stopped.future()))
        .hasMessage("this waits, which an event loop must not; call it on the thread of the test");
  }

  @Nested
  final class Inside {
    @Test
    void aTestOfANestedClassHasOne(Vertx vertx) {
      assertThat(SEEN.add(vertx)).isTrue();
    }
  }
}
