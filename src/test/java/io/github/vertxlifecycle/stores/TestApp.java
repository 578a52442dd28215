package io.github.vertxlifecycle.stores;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An application for one test, in a Vert.x of its own, that remembers its events. */
public final class TestApp implements AutoCloseable {

  private static final StopReason STOP = new StopReason(StopReason.Kind.REQUEST, "test");

  private final Vertx vertx;
  private final List<LifecycleEvent> events = new CopyOnWriteArrayList<>();
  private final Map<String, Promise<LifecycleEvent.ComponentDraining>> draining =
      new ConcurrentHashMap<>();
  private final Map<String, Promise<LifecycleEvent.ComponentReleasing>> releasing =
      new ConcurrentHashMap<>();
  private final RootVerticle root;

  public TestApp(Consumer<Components> components) {
    this(Vertx.vertx(), components);
  }

  /** Takes over a Vert.x that is there already, one in a cluster perhaps. */
  public TestApp(Vertx vertx, Consumer<Components> components) {
    this.vertx = vertx;
    root =
        new RootVerticle() {
          @Override
          protected void components(Components app) {
            components.accept(app);
          }
        };
    root.listen(
        event -> {
          events.add(event);
          if (event instanceof LifecycleEvent.ComponentDraining one) {
            promise(one.component()).tryComplete(one);
          } else if (event instanceof LifecycleEvent.ComponentReleasing one) {
            release(one.component()).tryComplete(one);
          }
        });
  }

  public Vertx vertx() {
    return vertx;
  }

  /**
   * Starts the application; each component with a section has time to close however busy the
   * machine is.
   */
  public Future<String> start(JsonObject config) {
    for (Map.Entry<String, Object> section : config) {
      if (section.getValue() instanceof JsonObject keys && !section.getKey().equals("lifecycle")) {
        keys.getMap().putIfAbsent("releaseTimeout", "6s");
      }
    }
    return vertx.deployVerticle(root, new DeploymentOptions().setConfig(config));
  }

  public Future<Void> stop() {
    return root.stop(STOP);
  }

  /** Ends all drains at once. */
  public void escalate() {
    root.escalate("test");
  }

  private Promise<LifecycleEvent.ComponentDraining> promise(String component) {
    return draining.computeIfAbsent(component, name -> Promise.promise());
  }

  /** Completes when a component begins to drain. */
  public Future<LifecycleEvent.ComponentDraining> draining(String component) {
    return promise(component).future();
  }

  private Promise<LifecycleEvent.ComponentReleasing> release(String component) {
    return releasing.computeIfAbsent(component, name -> Promise.promise());
  }

  /** Completes when the drain of a component has ended, or was cut. */
  public Future<LifecycleEvent.ComponentReleasing> releasing(String component) {
    return release(component).future();
  }

  public LifecycleEvent.ComponentStopped stopped(String component) {
    return events.stream()
        .filter(LifecycleEvent.ComponentStopped.class::isInstance)
        .map(LifecycleEvent.ComponentStopped.class::cast)
        .filter(event -> event.component().equals(component))
        .findFirst()
        .orElseThrow();
  }

  public List<LifecycleEvent> events() {
    return events;
  }

  @Override
  public void close() {
    Await.success(vertx.close());
  }
}
