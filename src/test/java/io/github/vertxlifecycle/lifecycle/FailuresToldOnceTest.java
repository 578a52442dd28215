package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent.ComponentStopped;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Steps of a stop that fail with the same exception, or with ones that belong together. */
final class FailuresToldOnceTest {

  private final RecordedApp app = new RecordedApp();

  /** Its announcement, its drain and its stop throw these. */
  private static final class Failing extends LifecycleVerticle {
    private final RuntimeException announce;
    private final RuntimeException drain;
    private final RuntimeException stop;

    Failing(RuntimeException announce, RuntimeException drain, RuntimeException stop) {
      this.announce = announce;
      this.drain = drain;
      this.stop = stop;
    }

    @Override
    protected void onAnnounce() {
      throw announce;
    }

    @Override
    protected Future<?> onDrain() {
      throw drain;
    }

    @Override
    protected Future<?> onStop() {
      throw stop;
    }
  }

  private static final class Parent extends LifecycleVerticle {
    private final LifecycleVerticle child;

    Parent(LifecycleVerticle child) {
      this.child = child;
    }

    @Override
    protected Future<?> onStart() {
      return vertx.deployVerticle(child);
    }
  }

  private static Failing withOne() {
    RuntimeException one = new IllegalStateException("broken");
    return new Failing(one, one, one);
  }

  private static Failing withACircle() {
    RuntimeException first = new IllegalStateException("first");
    RuntimeException second = new IllegalStateException("second", first);
    first.initCause(second);
    return new Failing(first, second, first);
  }

  private Throwable failureOf(LifecycleVerticle verticle) {
    app.add("orders", () -> verticle);
    app.started();
    await(app.root.stop(Stage.REQUEST));
    return app.recorder.all(ComponentStopped.class).get(0).failure();
  }

  /** Every failure below this one, as often as a log would show it. */
  private static List<Throwable> shown(Throwable failure) {
    List<Throwable> all = new ArrayList<>();
    add(failure, all, Collections.newSetFromMap(new IdentityHashMap<>()));
    return all;
  }

  private static void add(Throwable failure, List<Throwable> all, Set<Throwable> path) {
    if (!path.add(failure)) {
      return; // a circle of causes that the application has made
    }
    all.add(failure);
    if (failure.getCause() != null) {
      add(failure.getCause(), all, path);
    }
    for (Throwable one : failure.getSuppressed()) {
      add(one, all, path);
    }
    path.remove(failure);
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void ofAComponent() {
    assertThat(shown(failureOf(withOne())))
        .extracting(Throwable::getMessage)
        .containsExactly("broken");
  }

  @Test
  void ofANestedVerticle() {
    assertThat(shown(failureOf(new Parent(withOne()))))
        .extracting(Throwable::getMessage)
        .containsExactly("\"orders/Failing\": broken", "broken");
  }

  @Test
  void ofANestedVerticleBelowAnother() {
    assertThat(shown(failureOf(new Parent(new Parent(withOne())))))
        .extracting(Throwable::getMessage)
        .containsExactly("\"orders/Parent/Failing\": broken", "broken");
  }

  @Test
  void ofAVerticleAlone() {
    String id = await(app.vertx.deployVerticle(withOne()));
    assertThat(shown(awaitFailure(app.vertx.undeploy(id))))
        .filteredOn(one -> "broken".equals(one.getMessage()))
        .hasSize(1);
  }

  @Test
  void withCausesInACircle() {
    assertThat(shown(failureOf(withACircle())))
        .extracting(Throwable::getMessage)
        .containsExactly("first", "second");
  }

  @Test
  void withCausesInACircleOfANestedVerticle() {
    assertThat(shown(failureOf(new Parent(withACircle()))))
        .extracting(Throwable::getMessage)
        .containsExactly("\"orders/Failing\": first", "first", "second");
  }

  @Test
  void whereALaterOneExplainsAnEarlierOne() {
    RuntimeException first = new IllegalStateException("first");
    RuntimeException later = new IllegalStateException("later", first);
    assertThat(shown(failureOf(new Failing(first, later, later))))
        .extracting(Throwable::getMessage)
        .containsExactly("later", "first");
  }

  @Test
  void noneIsLostWhereTheFirstKeepsNoOthers() {
    RuntimeException first = new VertxException("first", true);
    RuntimeException other = new IllegalStateException("other");
    assertThat(shown(failureOf(new Failing(first, other, first))))
        .extracting(Throwable::getMessage)
        .containsExactly("first", "first", "other");
  }

  @Test
  void severalComponentsWithTheSame() {
    RuntimeException one = new IllegalStateException("broken");
    app.add("orders", () -> new Failing(one, one, one));
    app.add("users", () -> new Failing(one, one, one));
    String id = app.started();
    Throwable failure = awaitFailure(app.vertx.undeploy(id));
    assertThat(failure).hasMessageContainingAll("\"orders\" FAILED", "\"users\" FAILED");
    assertThat(failure.getSuppressed()).containsExactly(one);
  }
}
