package io.github.vertxlifecycle.application;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ComponentTest;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.StopResultAssert;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One component on a manual clock. */
final class ComponentAloneTest {

  /** Takes the next number from what it uses, and moves it in a batch. */
  static class BatchVerticle extends LifecycleVerticle {
    final List<String> calls = new ArrayList<>();
    final Promise<Void> batch = Promise.promise();
    final Promise<Void> closed = Promise.promise();
    private String prefix = "";

    @Override
    protected void configure(Section section) {
      prefix = section.string("prefix", "batch");
    }

    @Override
    protected Future<?> onStart() {
      calls.add("start " + use("numbers", Supplier.class).get());
      provide(String.class, prefix);
      track(prefix + " 1", batch.future());
      return Future.succeededFuture();
    }

    @Override
    protected void onAnnounce() {
      calls.add("announce");
    }

    @Override
    protected Future<?> onDrain() {
      calls.add("drain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      calls.add("stop");
      return closed.future();
    }
  }

  @RegisterExtension
  final ComponentTest<BatchVerticle> hits =
      ComponentTest.of(BatchVerticle::new)
          .named("hits")
          .providing("numbers", Supplier.class, () -> 7);

  @Test
  void callsTheStepsInOrder() {
    assertThat(hits.state()).isEqualTo(ComponentState.NEW);

    hits.start();
    assertThat(hits.state()).isEqualTo(ComponentState.RUNNING);
    assertThat(hits.inFlight()).containsExactly("batch 1");
    assertThat(hits.provided(String.class)).isEqualTo("batch");
    assertThat(hits.verticle().calls).containsExactly("start 7");

    hits.drain();
    assertThat(hits.state()).isEqualTo(ComponentState.DRAINING);
    assertThat(hits.steps()).containsExactly("onStart", "onDrain");

    hits.advance(Duration.ofSeconds(5));
    assertThat(hits.state()).isEqualTo(ComponentState.DRAINING);

    hits.verticle().batch.complete();
    hits.advance(Duration.ZERO);
    assertThat(hits.state()).isEqualTo(ComponentState.RELEASING);
    assertThat(hits.steps()).containsExactly("onStart", "onDrain");

    hits.release();
    assertThat(hits.state()).isEqualTo(ComponentState.RELEASING);
    assertThat(hits.steps()).containsExactly("onStart", "onDrain", "onStop");

    hits.verticle().closed.complete();
    StopResult stop = hits.stop();
    assertThat(hits.verticle().calls).containsExactly("start 7", "announce", "drain", "stop");
    assertThat(stop)
        .isClean()
        .cutNothing()
        .stopped("hits", StopResultAssert.before("numbers"))
        .within(Duration.ofSeconds(5));
    assertThat(stop.duration()).isEqualTo(Duration.ofSeconds(5));
    assertThat(hits.state()).isEqualTo(ComponentState.STOPPED);
  }

  @Test
  void cutsWorkAtItsDeadlineAndNamesIt() {
    hits.config("drainTimeout = 2s, prefix = move").start().drain();

    hits.advance(Duration.ofMillis(1_999));
    assertThat(hits.state()).isEqualTo(ComponentState.DRAINING);
    hits.advance(Duration.ofMillis(1));
    assertThat(hits.state()).isEqualTo(ComponentState.RELEASING);

    hits.verticle().closed.complete();
    assertThat(hits.stop())
        .hasOutcome(Outcome.CUT)
        .hasOutcome("numbers", Outcome.CLEAN)
        .cut("hits", "move 1");
  }

  @Test
  void anOnStopThatNeverEndsTimesOut() {
    hits.start();
    hits.verticle().batch.complete();
    hits.release();

    hits.advance(Duration.ofSeconds(25));

    assertThat(hits.stop()).hasOutcome("hits", Outcome.TIMED_OUT).cutNothing();
    assertThatThrownBy(() -> assertThat(hits.stop()).isClean())
        .hasMessageContaining("hits: the stop should have been clean, and was TIMED_OUT")
        .hasMessageContaining("complete the future of its onStop");
  }

  @Test
  void timersOnTheWayRunAtTheirOwnMoments() {
    hits.start();
    hits.verticle().closed.complete();
    hits.release();

    hits.advance(Duration.ofMinutes(1)); // past the drain's deadline, which leads to a good release

    assertThat(hits.stop()).hasOutcome("hits", Outcome.CUT).within(Duration.ofSeconds(24));
  }

  @Test
  void aStartIsLookedAtWhileItGoesOn() {
    try (ComponentTest<LifecycleVerticle> slow =
        ComponentTest.<LifecycleVerticle>of(
                () ->
                    new LifecycleVerticle() {
                      @Override
                      protected Future<?> onStart() {
                        return Promise.promise().future();
                      }
                    })
            .named("slow")
            .config("startTimeout = 3s")) {
      Future<?> starting = slow.starting();
      assertThat(slow.state()).isEqualTo(ComponentState.STARTING);

      slow.advance(Duration.ofSeconds(3)).release().advance(Duration.ofSeconds(30));

      assertThat(Await.failure(starting)).hasMessageContaining("3 s");
    }
  }

  @Test
  void saysWhatIsNotProvided() {
    try (ComponentTest<BatchVerticle> alone = ComponentTest.of(BatchVerticle::new)) {
      assertThatThrownBy(alone::start)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("BatchVerticle did not start")
          .hasMessageContaining("uses \"numbers\"")
          .hasMessageEndingWith("say .providing(…) for each thing that it uses");
    }
  }

  @Test
  void listsTheProblemsOfItsSection() {
    hits.config("perfix = x");

    assertThatThrownBy(hits::start)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("hits was not started: its configuration has problems:")
        .hasMessageContaining("perfix");
  }

  @Test
  void closesWhateverIsLeft() {
    hits.start(); // its batch, and its release, never end

    hits.close();

    assertThatThrownBy(hits::inFlight)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the component has not started; call start() first");
  }
}
