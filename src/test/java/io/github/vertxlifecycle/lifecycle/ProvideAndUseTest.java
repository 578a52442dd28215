package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.await;
import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a component provides, and what its dependents get when they ask for it. */
final class ProvideAndUseTest {

  private final RecordedApp app = new RecordedApp();
  private final Scripted http = app.scripted();

  private final AtomicInteger pools = new AtomicInteger();
  private final List<String> usedPools = new CopyOnWriteArrayList<>();

  private Scripted providing(String text) {
    Scripted made = app.scripted();
    made.start =
        () -> {
          made.provides(CharSequence.class, text);
          return Future.succeededFuture();
        };
    return made;
  }

  private Scripted providingAPoolOfItsOwn() {
    return providing("p" + pools.getAndIncrement());
  }

  private Scripted usingAPool() {
    Scripted made = app.scripted();
    made.start =
        () -> {
          usedPools.add(made.uses("pool", String.class));
          return Future.succeededFuture();
        };
    return made;
  }

  private void addStoresAndHttp() {
    app.add("postgres", () -> providing("pool"));
    app.add("redis", () -> providing("redis"));
    app.add("http", () -> http, component -> component.dependsOn("postgres"));
  }

  private Throwable failureOfUse(String component, Class<?> type) {
    http.start = () -> Future.succeededFuture(http.uses(component, type));
    addStoresAndHttp();
    return awaitFailure(app.deploy());
  }

  @AfterEach
  void closeVertx() {
    app.close();
  }

  @Test
  void givesWhatADependencyProvidesUnderItsType() {
    addStoresAndHttp();
    app.started();
    assertThat(http.uses("postgres", CharSequence.class)).isEqualTo("pool");
  }

  @Test
  void givesWhatADependencyProvidesUnderATypeOfItsValue() {
    addStoresAndHttp();
    app.started();
    assertThat(http.uses("postgres", String.class)).isEqualTo("pool");
  }

  @Test
  void givesEachInstanceOneOfTheProvidersInstances() {
    app.add("pool", this::providingAPoolOfItsOwn, pool -> pool.instances(2));
    app.add("http", this::usingAPool, component -> component.dependsOn("pool").instances(4));
    await(app.deploy());
    assertThat(usedPools).containsExactlyInAnyOrder("p0", "p1", "p0", "p1");
  }

  @Test
  void namesTheEdgeThatWasNotDeclared() {
    assertThat(failureOfUse("redis", String.class))
        .hasMessage(
            "component \"http\" did not start: component \"http\" uses \"redis\" without"
                + " depending on it; declare .dependsOn(\"redis\") on \"http\"")
        .hasCauseInstanceOf(MissingDependencyException.class);
  }

  @Test
  void namesTheComponentThatDoesNotExist() {
    assertThat(failureOfUse("kafka", String.class))
        .hasMessage(
            "component \"http\" did not start: component \"http\" uses \"kafka\","
                + " which was not added; there are [postgres, redis, http]");
  }

  @Test
  void namesWhatIsProvidedInstead() {
    assertThat(failureOfUse("postgres", Integer.class))
        .hasMessage(
            "component \"http\" did not start: component \"http\" asks \"postgres\" for a"
                + " Integer, but it provides [CharSequence]");
  }

  @Test
  void refusesWhatHasStopped() {
    addStoresAndHttp();
    app.started();
    await(app.root.stop(Stage.REQUEST));
    assertThatThrownBy(() -> http.uses("postgres", String.class))
        .hasMessage("component \"http\" uses \"postgres\", which has stopped");
  }

  @Test
  void isNotPossibleBeforeTheStart() {
    assertThatThrownBy(() -> http.uses("postgres", String.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("use(\"postgres\") before the start");
  }
}
