package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A component as it is declared, to be completed in place: {@code app.add("http",
 * LinksHttpVerticle::new).dependsOn("postgres").instances(2)}. What the configuration says in the
 * section of the same name wins over what is said here. Not thread-safe.
 */
public final class Component {

  private final String name;
  private final Supplier<? extends Deployable> supplier;
  private final Set<String> dependencies = new LinkedHashSet<>();
  private DeploymentOptions options = new DeploymentOptions();
  private ComponentTimes times = ComponentTimes.DEFAULT;

  Component(String name, Supplier<? extends Deployable> supplier) {
    this.name = name;
    this.supplier = supplier;
  }

  /**
   * Declares dependencies, in addition to earlier ones: they start before this component and stop
   * after it, and it may {@code use} what they provide.
   *
   * @param names components of the same application, added before or after this one
   * @return this
   */
  public Component dependsOn(String... names) {
    dependencies.addAll(List.of(names));
    return this;
  }

  /**
   * Sets the number of instances, 1 by default.
   *
   * @param count at least 1
   * @return this
   */
  public Component instances(int count) {
    options.setInstances(count);
    return this;
  }

  /**
   * Sets Vert.x's options: threading model, worker pool, class loader, instances. Their {@code
   * config} is the default of this component's section.
   *
   * @param deploymentOptions the options, copied
   * @return this
   */
  public Component options(DeploymentOptions deploymentOptions) {
    options = new DeploymentOptions(deploymentOptions);
    return this;
  }

  /**
   * Sets defaults for this component's section of the configuration.
   *
   * @param config keys and values
   * @return this
   */
  public Component config(JsonObject config) {
    options.setConfig(Objects.requireNonNull(config, "config").copy());
    return this;
  }

  /**
   * Limits the start.
   *
   * @param timeout more than zero
   * @return this
   */
  public Component startTimeout(Duration timeout) {
    times = new ComponentTimes(timeout, times.drainTimeout(), times.releaseTimeout());
    return this;
  }

  /**
   * Limits the drain beyond what the stop budget does.
   *
   * @param timeout zero to cut at once
   * @return this
   */
  public Component drainTimeout(Duration timeout) {
    times = new ComponentTimes(times.startTimeout(), timeout, times.releaseTimeout());
    return this;
  }

  /**
   * Limits the release, and reserves as much of the stop budget for it.
   *
   * @param timeout 1 s by default
   * @return this
   */
  public Component releaseTimeout(Duration timeout) {
    times = new ComponentTimes(times.startTimeout(), times.drainTimeout(), timeout);
    return this;
  }

  String name() {
    return name;
  }

  Supplier<? extends Deployable> supplier() {
    return supplier;
  }

  Set<String> dependencies() {
    return Collections.unmodifiableSet(dependencies);
  }

  DeploymentOptions options() {
    return new DeploymentOptions(options);
  }

  ComponentTimes times() {
    return times;
  }
}
