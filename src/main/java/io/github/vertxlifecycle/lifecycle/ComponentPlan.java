package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.ClassName;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A component with its configuration applied: what Vert.x will be told to deploy. */
final class ComponentPlan {

  private static final Set<String> OF_EVERY_SECTION =
      Set.of("instances", "startTimeout", "drainTimeout", "releaseTimeout");

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
    JsonObject config = options.getConfig();
    if (config != null && config.isEmpty()) {
      options.setConfig(null); // Vert.x makes an empty one itself
    }
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

  /** The instance that was made to read the configuration; null once it is deployed. */
  synchronized @Nullable Deployable first() {
    return first;
  }

  /** Refuses an instance that a component, this one or another, has already. */
  static String sameInstance(Deployable instance, String component, String owner) {
    String type = ClassName.of(instance.getClass());
    return component.equals(owner)
        ? "the supplier of \"%s\" returned the same %s twice; each instance needs its own: let it say new"
            .formatted(component, type)
        : "the supplier of \"%s\" returned the same %s as that of \"%s\"; each component needs its own: let it say new"
            .formatted(component, type, owner);
  }

  /** The JSON schema that the component brought for its section; null for none. */
  @Nullable JsonObject schema() {
    return first instanceof LifecycleVerticle ours ? ours.configSchema() : null;
  }

  /** Whether it cannot run twice at a time. */
  boolean isExclusive() {
    return first instanceof LifecycleVerticle ours && ours.exclusive();
  }

  /** The component's section with its defaults, without the toolkit's own keys; a copy. */
  JsonObject ownKeys() {
    JsonObject own = section().copy();
    OF_EVERY_SECTION.forEach(own::remove);
    return own;
  }

  private JsonObject section() {
    JsonObject config = options.getConfig();
    return config == null ? new JsonObject() : config;
  }

  /**
   * An instance that has read its section.
   *
   * @throws ConfigurationException if this one, unlike the first, has a problem with it
   */
  synchronized Deployable newInstance() {
    Deployable instance = first;
    first = null;
    if (instance == null) {
      instance =
          Objects.requireNonNull(
              supplier.get(),
              () ->
                  "the supplier of \"%s\" returned null instead of a verticle; each call makes one"
                      .formatted(name));
      if (instance instanceof LifecycleVerticle ours) {
        Section section = Section.of(name, section());
        ours.configure(section);
        section.throwProblems();
      }
    }
    return instance;
  }
}
