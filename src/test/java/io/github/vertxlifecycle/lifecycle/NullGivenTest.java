package io.github.vertxlifecycle.lifecycle;

import static io.github.vertxlifecycle.lifecycle.RecordedApp.awaitFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.graph.GraphException;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Null where something is needed: the message says what, and of which component. */
@SuppressWarnings("NullAway")
final class NullGivenTest {

  private static final Components APP = new Components(Section.root(new JsonObject()));

  private static final Component HTTP = APP.add("http", RecordedApp.Speaking.class.getName());

  private static Arguments declared(Runnable call, String... words) {
    return Arguments.of(call, words);
  }

  static Stream<Arguments> declarations() {
    Supplier<Deployable> noSupplier = null;
    String noString = null;
    Component noComponent = null;
    return Stream.of(
        declared(() -> APP.add(null, noSupplier), "a component", "name"),
        declared(() -> APP.add(null, "a.Class"), "a component", "name"),
        declared(() -> APP.add("orders", noSupplier), "\"orders\"", "makes its verticle"),
        declared(() -> APP.add("orders", noString), "\"orders\"", "class"),
        declared(() -> APP.reads(noString), "reads"),
        declared(() -> HTTP.dependsOn(noString), "\"http\"", "dependsOn"),
        declared(() -> HTTP.dependsOn(noComponent), "\"http\"", "dependsOn"),
        declared(() -> HTTP.options(null), "\"http\"", "options"),
        declared(() -> HTTP.config(null), "\"http\"", "config"),
        declared(() -> HTTP.startTimeout(null), "\"http\"", "startTimeout"),
        declared(() -> HTTP.drainTimeout(null), "\"http\"", "drainTimeout"),
        declared(() -> HTTP.releaseTimeout(null), "\"http\"", "releaseTimeout"));
  }

  @ParameterizedTest
  @MethodSource("declarations")
  void inADeclaration(Runnable call, String[] words) {
    assertThatThrownBy(call::run)
        .isInstanceOf(GraphException.class)
        .message()
        .contains(words)
        .contains("null");
  }

  private static final class Careless extends LifecycleVerticle {
    private final Consumer<Careless> deed;

    Careless(Consumer<Careless> deed) {
      this.deed = deed;
    }

    @Override
    protected Future<?> onStart() {
      deed.accept(this);
      return Future.succeededFuture();
    }
  }

  private static Arguments done(Consumer<Careless> deed, String method) {
    return Arguments.of(deed, method);
  }

  static Stream<Arguments> deeds() {
    return Stream.of(
        done(one -> one.provide(Vertx.class, null), "provide got null; it needs a Vertx"),
        done(one -> one.provide(null, "x"), "provide got null; it needs a type"),
        done(one -> one.health(null, null), "health got null"),
        done(one -> one.health("SELECT 1", null), "health got null; it needs a check: SELECT 1"),
        done(one -> one.use(null), "use got null; it needs a type"),
        done(one -> one.use("http", null), "use got null; it needs a type"),
        done(one -> one.use(null, Vertx.class), "use got null; it needs the name of a component"),
        done(one -> one.fail(null), "fail got null; it needs a cause"));
  }

  @ParameterizedTest
  @MethodSource("deeds")
  void inAStep(Consumer<Careless> deed, String message) {
    try (RecordedApp app = new RecordedApp()) {
      app.add("orders", () -> new Careless(deed));
      assertThat(awaitFailure(app.deploy()))
          .hasStackTraceContaining("component \"orders\": " + message);
    }
  }

  @Test
  void fromASupplierLater() {
    try (RecordedApp app = new RecordedApp()) {
      Deployable[] once = {app.speaking()};
      app.add(
          "orders",
          () -> {
            Deployable next = once[0];
            once[0] = null;
            return next;
          },
          orders -> orders.instances(2));
      assertThat(awaitFailure(app.deploy()))
          .hasStackTraceContaining("the supplier of \"orders\" returned null");
    }
  }
}
