package io.github.vertxlifecycle.application;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.LifecycleTest;
import io.github.vertxlifecycle.junit5.RandomFault;
import io.github.vertxlifecycle.junit5.RandomStop;
import io.github.vertxlifecycle.junit5.StopAtRandomMoments;
import io.github.vertxlifecycle.junit5.StopLoad;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.TestApplication;
import io.github.vertxlifecycle.junit5.UnfinishedCall;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stops at random moments, and what a fake has seen of a stop, as a user of the kit has them. */
@Tag("integration")
@LifecycleTest(
    value = NotesApp.class,
    config = "http.linger = 50ms, lifecycle.stopTimeout = 10s",
    perTest = true)
final class StopsOfNotesTest {

  @StopAtRandomMoments(
      rounds = 10,
      faults = {RandomFault.NONE, RandomFault.SECOND_SIGNAL})
  void keepWhatWasAcknowledged(RandomStop stop, TestApplication app, HttpClient client) {
    NotesApp.Notes store = app.use("store", NotesApp.Notes.class);
    StopLoad<String> notes =
        stop.load(
            4,
            n -> "note" + n + "of" + stop.random().nextInt(100),
            note ->
                client
                    .request(HttpMethod.POST, "/notes/" + note)
                    .compose(request -> request.send()));

    StopResult result = stop.await();

    assertThat(result).stopped("http", "audit", "store").keptItsPromises();
    assertThat(stop.await()).isSameAs(result);
    notes.requireIn(store.all().result());
    assertThat(notes.sent().size())
        .isEqualTo(
            notes.acknowledged().size()
                + notes.refused().size()
                + notes.unanswered().size()
                + notes.failed().size());
    assertThatThrownBy(() -> stop.load(1, n -> n, n -> Future.succeededFuture()))
        .hasMessage("the application has stopped; begin the load before await()");
  }

  @Nested
  @LifecycleTest(NotesApp.class)
  final class Watched {

    private final Promise<List<String>> never = Promise.promise();
    private final CompletableFuture<String> later = new CompletableFuture<>();

    /** What a fake is called by. */
    interface Both extends NotesApp.Notes {
      CompletionStage<String> first();

      default String name() {
        return "both";
      }
    }

    private final class Fake implements Both {
      @Override
      public String toString() {
        return "a fake";
      }

      @Override
      public Future<List<String>> all() {
        return never.future();
      }

      @Override
      public Future<Void> add(String note) {
        return Future.succeededFuture();
      }

      @Override
      public CompletionStage<String> first() {
        return later;
      }
    }

    private final Fake fake = new Fake();

    @RegisterExtension
    final LifecycleExtension app =
        LifecycleExtension.of(NotesApp::new).without("audit").providing("store", Both.class, fake);

    @Test
    void callsThatNobodyHasWaitedForAreSeen() {
      Both store = app.use("store", Both.class);
      Future<List<String>> asked = store.all();
      store.add("answered at once");
      CompletionStage<String> first = store.first();

      StopResult stop = app.stop();

      assertThat(asked.isComplete()).isFalse();
      assertThat(stop.unfinishedCalls())
          .containsExactlyInAnyOrder(
              new UnfinishedCall("store", "all", ""), new UnfinishedCall("store", "first", ""));
      assertThatThrownBy(() -> assertThat(stop).isClean().keptItsPromises())
          .hasMessageContaining("a thread of no component had called all of \"store\"")
          .hasMessageContaining("track(…)");
      assertThat(first).isSameAs(later);
    }

    @Test
    void answersInTimeAreNone() {
      Both store = app.use("store", Both.class);
      Future<List<String>> asked = store.all();
      CompletionStage<String> first = store.first();
      never.complete(List.of());
      later.complete("");

      assertThat(app.stop()).isClean().keptItsPromises().hasExitCode(0);
      assertThat(asked.isComplete()).isTrue();
      assertThat(first).isSameAs(later);
    }

    @Test
    void aFakeBehindItsGuardIsStillItself() {
      Both store = app.use("store", Both.class);

      assertThat(store.name()).isEqualTo("both");
      assertThat(store)
          .isEqualTo(fake)
          .isNotEqualTo(new Fake())
          .hasSameHashCodeAs(fake)
          .hasToString("a fake");
      assertThat(List.of(store)).contains(store);
    }
  }
}
