package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.graph.GraphException;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of a component, in whatever order. */
final class ComponentDeclarationTest {

  private static final List<Consumer<Component>> CALLS =
      List.of(
          one -> one.instances(4),
          one -> one.config(new JsonObject().put("port", 8080)),
          one -> one.options(new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)),
          one ->
              one.options(new DeploymentOptions().setWorkerPoolName("pool").setWorkerPoolSize(7)),
          one -> one.startTimeout(Duration.ofSeconds(3)).releaseTimeout(Duration.ofSeconds(2)));

  private static Component component() {
    return new Components(Section.root(new JsonObject())).add("http", () -> new VerticleBase() {});
  }

  static Stream<List<Integer>> orders() {
    return permutations(IntStream.range(0, CALLS.size()).boxed().toList());
  }

  private static Stream<List<Integer>> permutations(List<Integer> of) {
    return of.isEmpty()
        ? Stream.of(List.of())
        : of.stream()
            .flatMap(
                first -> {
                  List<Integer> others = new ArrayList<>(of);
                  others.remove(first);
                  return permutations(others)
                      .map(rest -> Stream.concat(Stream.of(first), rest.stream()).toList());
                });
  }

  @ParameterizedTest
  @MethodSource("orders")
  void everyOrderOfCallsMeansTheSame(List<Integer> order) {
    Component component = component();

    order.forEach(call -> CALLS.get(call).accept(component));

    DeploymentOptions options = component.options();
    assertThat(options.getInstances()).isEqualTo(4);
    assertThat(options.getConfig()).isEqualTo(new JsonObject().put("port", 8080));
    assertThat(options.getThreadingModel()).isEqualTo(ThreadingModel.WORKER);
    assertThat(options.getWorkerPoolName()).isEqualTo("pool");
    assertThat(options.getWorkerPoolSize()).isEqualTo(7);
    assertThat(component.times())
        .isEqualTo(new ComponentTimes(Duration.ofSeconds(3), null, Duration.ofSeconds(2)));
  }

  @Test
  void optionsKeepWhateverVertxHasInThem() {
    DeploymentOptions all =
        new DeploymentOptions()
            .setInstances(2)
            .setConfig(new JsonObject().put("a", new JsonObject().put("b", 1)))
            .setThreadingModel(ThreadingModel.WORKER)
            .setHa(true)
            .setWorkerPoolName("pool")
            .setWorkerPoolSize(7)
            .setMaxWorkerExecuteTime(5)
            .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS)
            .setClassLoader(new ClassLoader() {});

    DeploymentOptions kept = component().options(all).options();

    assertThat(kept).usingRecursiveComparison().isEqualTo(all);
    assertThat(kept.getClassLoader()).isSameAs(all.getClassLoader());
    assertThat(all.toJson().fieldNames())
        .as("whatever Vert.x adds to the options is said by this test too")
        .allSatisfy(
            key ->
                assertThat(all.toJson().getValue(key))
                    .isNotEqualTo(new DeploymentOptions().toJson().getValue(key)));
  }

  @Test
  void aLaterChangeOfTheOptionsChangesNothing() {
    DeploymentOptions given = new DeploymentOptions().setConfig(new JsonObject().put("port", 1));
    Component component = component().options(given);
    given.getConfig().put("port", 2);
    component.options().getConfig().put("port", 3);
    assertThat(component.options().getConfig().getInteger("port")).isEqualTo(1);
  }

  @Test
  void whatTheOptionsLeaveAtItsDefaultIsNotSaid() {
    assertThat(
            component()
                .instances(4)
                .options(new DeploymentOptions().setInstances(1))
                .options()
                .getInstances())
        .isEqualTo(4);
  }

  @Test
  void theSameSaidTwiceIsNoContradiction() {
    Component component =
        component()
            .instances(2)
            .options(new DeploymentOptions().setInstances(2).setWorkerPoolSize(7))
            .options(new DeploymentOptions().setWorkerPoolSize(7))
            .config(new JsonObject().put("port", 1))
            .config(new JsonObject().put("port", 1))
            .drainTimeout(Duration.ofSeconds(60))
            .drainTimeout(Duration.ofMinutes(1));
    assertThat(component.options().getInstances()).isEqualTo(2);
  }

  static Stream<List<Consumer<Component>>> contradictions() {
    return Stream.of(
        List.of(
            one -> one.instances(4), one -> one.options(new DeploymentOptions().setInstances(2))),
        List.of(one -> one.instances(1), one -> one.instances(2)),
        List.of(
            one -> one.config(new JsonObject().put("port", 1)),
            one -> one.options(new DeploymentOptions().setConfig(new JsonObject()))),
        List.of(
            one -> one.options(new DeploymentOptions().setWorkerPoolSize(1)),
            one -> one.options(new DeploymentOptions().setWorkerPoolSize(2))),
        List.of(
            one -> one.options(new DeploymentOptions().setClassLoader(new ClassLoader() {})),
            one -> one.options(new DeploymentOptions().setClassLoader(new ClassLoader() {}))),
        List.of(
            one -> one.startTimeout(Duration.ofSeconds(1)),
            one -> one.startTimeout(Duration.ofSeconds(2))),
        List.of(
            one -> one.drainTimeout(Duration.ZERO), one -> one.drainTimeout(Duration.ofDays(1))),
        List.of(
            one -> one.releaseTimeout(Duration.ofSeconds(1)),
            one -> one.releaseTimeout(Duration.ofSeconds(2))));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void aContradictionIsRefusedInEitherOrder(List<Consumer<Component>> calls) {
    for (List<Consumer<Component>> order : List.of(calls, List.of(calls.get(1), calls.get(0)))) {
      Component component = component();
      order.get(0).accept(component);
      assertThatThrownBy(() -> order.get(1).accept(component))
          .isInstanceOf(GraphException.class)
          .hasMessageContaining("component \"http\"");
    }
  }

  @Test
  void aContradictionNamesTheComponentWhatWasSaidAndWhatToDo() {
    assertThatThrownBy(
            () -> component().options(new DeploymentOptions().setInstances(2)).instances(4))
        .hasMessage(
            "component \"http\" has instances 2 and instances 4; say it once, or twice the same");
  }

  @Test
  void aContradictionOfConfigurationsDoesNotTellTheirSecrets() {
    assertThatThrownBy(
            () ->
                component()
                    .config(new JsonObject().put("password", "secret"))
                    .config(new JsonObject().put("password", "s3cret")))
        .hasMessage(
            "component \"http\" has two different values of config; say it once, or twice the same");
  }

  @Test
  void aTimeoutThatIsNoneIsRefusedWhereItIsSaid() {
    assertThatThrownBy(() -> component().startTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> component().releaseTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ── handles ────────────────────────────────────────────────────────────────────────────────────

  @Test
  void dependsOnAComponentByItsHandle() {
    Components app = new Components(Section.root(new JsonObject()));
    Component postgres = app.add("postgres", () -> new VerticleBase() {});
    Component redis = app.add("redis", () -> new VerticleBase() {});

    Component http = app.add("http", () -> new VerticleBase() {}).dependsOn(postgres, redis);
    http.dependsOn("hits");

    assertThat(http.dependencies()).containsExactly("postgres", "redis", "hits");
  }

  @Test
  void aHandleOfAnotherApplicationIsRefused() {
    Component elsewhere =
        new Components(Section.root(new JsonObject())).add("postgres", () -> new VerticleBase() {});
    assertThatThrownBy(() -> component().dependsOn(elsewhere))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "component \"http\" depends on the \"postgres\" of another application, or of an earlier"
                + " call of components(); depend on what this call has added");
  }

  @Test
  void aHandleThatIsKeptFromAnEarlierPlanIsAConfigurationProblem() {
    RootVerticle root =
        new RootVerticle() {
          private Component kept;

          @Override
          protected void components(Components app) {
            Component postgres = app.add("postgres", () -> new VerticleBase() {});
            if (kept == null) {
              kept = postgres;
            }
            app.add("http", () -> new VerticleBase() {}).dependsOn(kept);
          }
        };
    root.plan(new JsonObject());
    assertThatThrownBy(() -> root.plan(new JsonObject()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("of another application");
  }
}
