package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Asking for a thing without saying whose it is. */
final class UseByTypeTest {

  private interface Pool {}

  private interface CountingPool extends Pool {}

  private record Named(String name) implements CountingPool {}

  private final List<Object> used = new CopyOnWriteArrayList<>();

  private static final class Provides<T> extends LifecycleVerticle {
    private final Class<T> type;
    private final T value;

    Provides(Class<T> type, T value) {
      this.type = type;
      this.value = value;
    }

    @Override
    protected Future<?> onStart() {
      provide(type, value);
      return Future.succeededFuture();
    }
  }

  private final class Uses extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      used.add(use(Pool.class));
      return Future.succeededFuture();
    }
  }

  private static <T> Component providing(Components app, String name, Class<T> type, T value) {
    return app.add(name, () -> new Provides<>(type, value));
  }

  private Throwable failureOf(Consumer<Components> components) {
    try (RecordedApp app = new RecordedApp(components)) {
      return awaitFailure(app.deploy());
    }
  }

  private static final Pool POOL = new Named("pool");

  @Test
  void findsTheOneDependencyThatProvidesTheType() {
    try (RecordedApp app =
        new RecordedApp(
            declared -> {
              Component postgres = providing(declared, "postgres", Pool.class, POOL);
              Component redis = providing(declared, "redis", String.class, "redis");
              providing(declared, "other", Pool.class, new Named("other"));
              declared.add("http", Uses::new).dependsOn(postgres, redis);
            })) {
      await(app.deploy());
    }
    assertThat(used).containsExactly(POOL);
  }

  @Test
  void aSubtypeThatAnotherDependencyProvidesDoesNotCount() {
    try (RecordedApp app =
        new RecordedApp(
            declared -> {
              providing(declared, "postgres", Pool.class, POOL);
              providing(declared, "counting", CountingPool.class, new Named("counting"));
              declared.add("http", Uses::new).dependsOn("postgres", "counting");
            })) {
      await(app.deploy());
    }
    assertThat(used).containsExactly(POOL);
  }

  @Test
  void eachInstanceUsesTheInstanceOfItsOwnNumber() {
    AtomicInteger made = new AtomicInteger();
    try (RecordedApp app =
        new RecordedApp(
            declared -> {
              Component postgres =
                  declared
                      .add(
                          "postgres",
                          () -> new Provides<>(Pool.class, new Named("" + made.incrementAndGet())))
                      .instances(2);
              declared.add("http", Uses::new).dependsOn(postgres).instances(2);
            })) {
      await(app.deploy());
    }
    assertThat(used).containsExactlyInAnyOrder(new Named("1"), new Named("2"));
  }

  @Test
  void severalAreListedAndOneIsToBeNamed() {
    assertThat(
            failureOf(
                declared -> {
                  providing(declared, "here", Pool.class, POOL);
                  providing(declared, "there", Pool.class, POOL);
                  declared.add("http", Uses::new).dependsOn("here", "there");
                }))
        .rootCause()
        .hasMessage(
            "component \"http\" asks for a Pool, and \"here\", \"there\" provide one each;"
                + " name one: use(\"here\", Pool.class)");
  }

  @Test
  void whereNoneProvidesItTheMessageSaysWhatTheyProvide() {
    assertThat(
            failureOf(
                declared -> {
                  providing(declared, "redis", String.class, "redis");
                  providing(declared, "counting", CountingPool.class, new Named("counting"));
                  declared.add("http", Uses::new).dependsOn("redis", "counting");
                }))
        .rootCause()
        .isInstanceOf(MissingDependencyException.class)
        .hasMessage(
            "component \"http\" asks for a Pool, but \"redis\" provides [String],"
                + " \"counting\" provides [CountingPool]");
  }

  @Test
  void whereOnlyAnUndeclaredOneProvidesItTheMessageNamesTheMissingEdge() {
    assertThat(
            failureOf(
                declared -> {
                  Component postgres = providing(declared, "postgres", Pool.class, POOL);
                  Component between =
                      declared.add("between", () -> new LifecycleVerticle() {}).dependsOn(postgres);
                  declared.add("http", Uses::new).dependsOn(between);
                }))
        .rootCause()
        .isInstanceOf(MissingDependencyException.class)
        .hasMessage(
            "component \"http\" asks for a Pool, but \"between\" provides [];"
                + " declare .dependsOn(\"postgres\") on \"http\"");
  }

  @Test
  void aComponentWithoutDependenciesIsToldSo() {
    assertThat(failureOf(declared -> declared.add("http", Uses::new)))
        .rootCause()
        .hasMessage("component \"http\" asks for a Pool, but it depends on no component");
  }

  @Test
  void aVerticleThatWasDeployedByHandHasNothingToUse() {
    try (RecordedApp app = new RecordedApp(declared -> {})) {
      assertThat(awaitFailure(app.vertx.deployVerticle(new Uses())))
          .hasMessageContaining(
              "Uses was deployed by hand, so no component provides a Pool;"
                  + " deploy it under a RootVerticle");
    }
  }
}
