package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.vertx.VertxInside;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A root verticle in a real Vert.x, with its events recorded and its calls written down. */
final class RecordedApp implements AutoCloseable {

  /** What components did, across all of them, in order. */
  final Calls calls = new Calls();

  final Recorder recorder = new Recorder();
  final Vertx vertx;
  final RootVerticle root = new Root();

  private final List<Consumer<Components>> declarations = new ArrayList<>();

  RecordedApp() {
    this(4);
  }

  RecordedApp(int eventLoops) {
    this(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(eventLoops)));
  }

  RecordedApp(Vertx vertx) {
    this.vertx = vertx;
    root.listen(recorder);
  }

  RecordedApp(Consumer<Components> components) {
    this();
    declarations.add(components);
  }

  /** Declares what was added, when a plan is made. */
  private final class Root extends RootVerticle {
    @Override
    protected void components(Components app) {
      declarations.forEach(one -> one.accept(app));
      app.all().forEach(RecordedApp::patient);
    }
  }

  /** Adds a component, before the deployment. */
  void add(String name, Supplier<? extends Deployable> verticle) {
    add(name, verticle, component -> {});
  }

  /** Adds a component and completes its declaration, before the deployment. */
  void add(String name, Supplier<? extends Deployable> verticle, Consumer<Component> declaration) {
    declarations.add(components -> declaration.accept(components.add(name, verticle)));
  }

  /** Adds a component that says what it does, before the deployment. */
  void addSpeaking(String name, String... dependencies) {
    add(name, this::speaking, component -> component.dependsOn(dependencies));
  }

  /** A verticle that says what it does. */
  Speaking speaking() {
    return new Speaking(calls);
  }

  /** A verticle that says what it does, until a test replaces one of its steps. */
  Scripted scripted() {
    return new Scripted(calls);
  }

  /** A busy machine must not look like a release that does not end. */
  private static void patient(Component component) {
    if (component.times().equals(ComponentTimes.DEFAULT)) {
      component.releaseTimeout(Duration.ofSeconds(10));
    }
  }

  Future<String> deploy(JsonObject config) {
    return vertx.deployVerticle(root, new DeploymentOptions().setConfig(config));
  }

  Future<String> deploy() {
    return deploy("100s");
  }

  Future<String> deploy(String stopTimeout) {
    return deploy(
        new JsonObject().put("lifecycle", new JsonObject().put("stopTimeout", stopTimeout)));
  }

  /** Starts everything; returns the root's deployment. */
  String started() {
    return started("100s");
  }

  /** Starts everything; returns the root's deployment. */
  String started(String stopTimeout) {
    String id = await(deploy(stopTimeout));
    recorder.clear();
    calls.clear();
    return id;
  }

  /** The deployment of a component. */
  String deploymentOf(String component) {
    for (String id : vertx.deploymentIDs()) {
      if (VertxInside.deployed(vertx, id).stream()
          .anyMatch(
              instance ->
                  instance instanceof ComponentContext place && place.name().equals(component))) {
        return id;
      }
    }
    throw new AssertionError("no deployment of " + component);
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static Throwable awaitFailure(Future<?> future) {
    try {
      Object result = future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
      throw new AssertionError("succeeded with " + result);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  /** Lines in the order in which they were said. Thread-safe. */
  static final class Calls {
    private final List<String> lines = new ArrayList<>();

    synchronized void add(String line) {
      lines.add(line);
    }

    synchronized void clear() {
      lines.clear();
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }
  }

  /** A verticle that says what it does. */
  static class Speaking extends LifecycleVerticle {
    final Calls calls;

    Speaking(Calls calls) {
      this.calls = calls;
    }

    @Override
    protected Future<?> onStart() {
      calls.add(name() + " start");
      return Future.succeededFuture();
    }

    @Override
    protected void onAnnounce() {
      calls.add(name() + " announce");
    }

    @Override
    protected Future<?> onDrain() {
      calls.add(name() + " drain");
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      calls.add(name() + " stop");
      return Future.succeededFuture();
    }
  }
}
