package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Problems;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A component with its configuration applied: what Vert.x will be told to deploy. */
final class ComponentPlan {

  private final String name;
  private final Supplier<? extends Deployable> supplier;
  private final DeploymentOptions options;
  private final ComponentTimes times;

  /** The instance that was made to read the configuration, until a deployment takes it. */
  private @Nullable Deployable first;

  ComponentPlan(
      String name,
      Supplier<? extends Deployable> supplier,
      DeploymentOptions options,
      ComponentTimes times,
      Deployable first) {
    this.name = name;
    this.supplier = supplier;
    this.options = options;
    this.times = times;
    this.first = first;
  }

  String name() {
    return name;
  }

  DeploymentOptions options() {
    return new DeploymentOptions(options);
  }

  ComponentTimes times() {
    return times;
  }

  @Nullable JsonObject schema() {
    return first instanceof LifecycleVerticle ours ? ours.configSchema() : null;
  }

  JsonObject section() {
    JsonObject config = options.getConfig();
    return config == null ? new JsonObject() : config;
  }

  synchronized Deployable newInstance() {
    Deployable instance = first;
    first = null;
    if (instance == null) {
      instance = Objects.requireNonNull(supplier.get(), "the supplier of \"" + name + "\"");
      if (instance instanceof LifecycleVerticle ours) {
        ours.configure(new Section(name, section(), new Problems())); // was checked before
      }
    }
    return instance;
  }
}
