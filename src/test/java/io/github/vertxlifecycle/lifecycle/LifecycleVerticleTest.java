package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;

/** What a verticle counts as its work in flight. */
final class LifecycleVerticleTest {

  private final RecordedApp.Calls calls = new RecordedApp.Calls();
  private final Scripted verticle = new Scripted(calls);

  private static Future<String> throwing() {
    throw new IllegalStateException("thrown");
  }

  private Future<String> begun() {
    calls.add("begun");
    return Future.succeededFuture("x");
  }

  @Test
  void countsWhatIsTrackedUntilItCompletesEitherWay() {
    Promise<String> good = Promise.promise();
    Promise<String> bad = Promise.promise();
    assertThat(verticle.tracks("good", good.future())).isSameAs(good.future());
    verticle.tracks("bad", bad.future());
    assertThat(verticle.work().count()).isEqualTo(2);
    good.complete("x");
    bad.fail("y");
    assertThat(verticle.work().count()).isZero();
  }

  @Test
  void tracksWhileNewWorkIsRefused() {
    verticle.work().refuse();
    verticle.tracks("handle", Promise.promise().future());
    assertThat(verticle.work().count()).isEqualTo(1);
  }

  @Test
  void tracksNoNullFuture() {
    assertThatThrownBy(() -> verticle.tracks("nothing", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("nothing is null, not a future");
    assertThat(verticle.work().count()).isZero();
  }

  @Test
  void admitsNoNullFuture() {
    assertThat(awaitFailure(verticle.admit("nothing", () -> null)))
        .hasMessage("nothing is null, not a future");
    assertThat(verticle.work().count()).isZero();
  }

  @Test
  void countsWhatIsAdmittedUntilItCompletes() {
    Promise<String> good = Promise.promise();
    Future<String> answer = verticle.admit("good", good::future);
    assertThat(verticle.work().count()).isEqualTo(1);
    good.complete("x");
    assertThat(await(answer)).isEqualTo("x");
    assertThat(verticle.work().count()).isZero();
  }

  @Test
  void countsNothingWhenWhatIsAdmittedThrows() {
    Future<String> thrown = verticle.admit("bad", LifecycleVerticleTest::throwing);
    assertThat(awaitFailure(thrown)).hasMessage("thrown");
    assertThat(verticle.work().count()).isZero();
  }

  @Test
  void beginsNoWorkOnceItIsRefused() {
    verticle.work().refuse();
    Future<String> answer = verticle.admit("late", this::begun);
    assertThat(awaitFailure(answer)).isInstanceOf(RefusedException.class);
    assertThat(calls.lines()).isEmpty();
  }
}
