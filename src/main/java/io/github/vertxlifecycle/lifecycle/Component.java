package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.graph.GraphException;
import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A component as it is declared, to be completed in place: {@code app.add("http",
 * LinksHttpVerticle::new).dependsOn(postgres).instances(2)}. It is the handle by which others of
 * the same application depend on it.
 *
 * <p>The order of the calls means nothing. A property that is set twice must have the same value
 * both times, else the second call throws a {@link GraphException}. The values in the section of
 * the same name wins over what is said here. Not thread-safe.
 */
public final class Component {

  private static final String CONFIG = "config";
  private static final String CLASS_LOADER = "classLoader";
  private static final String START_TIMEOUT = "startTimeout";
  private static final String DRAIN_TIMEOUT = "drainTimeout";
  private static final String RELEASE_TIMEOUT = "releaseTimeout";

  private final Components application;
  private final String name;
  private Supplier<? extends Deployable> supplier;
  private final Set<String> dependencies = new LinkedHashSet<>();
  private final Map<String, Object> deployment = new LinkedHashMap<>(); // keys as in Vert.x's JSON
  private final Map<String, Object> times = new LinkedHashMap<>();
  private @Nullable ClassLoader classLoader;

  Component(Components application, String name, Supplier<? extends Deployable> supplier) {
    this.application = application;
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
    for (String dependency : names) {
      dependencies.add(given("dependsOn", dependency));
    }
    return this;
  }

  /**
   * Declares dependencies, as {@link #dependsOn(String...)} does by their names.
   *
   * @param components what {@code add} has returned, for the same application
   * @return this
   * @throws GraphException if one is of another application
   */
  public Component dependsOn(Component... components) {
    for (Component component : components) {
      if (given("dependsOn", component).application != application) {
        throw new GraphException(
            ("component \"%s\" depends on the \"%s\" of another application, or of an earlier call"
                    + " of components(); depend on what this call has added")
                .formatted(name, component.name));
      }
      dependencies.add(component.name);
    }
    return this;
  }

  /**
   * Sets the number of instances, 1 by default.
   *
   * @param count at least 1
   * @return this
   * @throws GraphException if another number was set
   */
  public Component instances(int count) {
    say(deployment, "instances", count);
    return this;
  }

  /**
   * Sets Vert.x's options: threading model, worker pool, class loader, instances. Their {@code
   * config} is the default of this component's section. An option that has its default value says
   * nothing, and leaves what was set elsewhere.
   *
   * @param deploymentOptions the options, copied
   * @return this
   * @throws GraphException if one of them was set to something else
   */
  public Component options(DeploymentOptions deploymentOptions) {
    JsonObject said = given("options", deploymentOptions).toJson();
    JsonObject defaults = new DeploymentOptions().toJson();
    for (String key : said.fieldNames()) {
      Object value = said.getValue(key);
      if (value != null && !value.equals(defaults.getValue(key))) {
        say(deployment, key, value instanceof JsonObject json ? json.copy() : value);
      }
    }
    ClassLoader loader = deploymentOptions.getClassLoader();
    if (loader != null) {
      if (classLoader != null && classLoader != loader) {
        throw contradiction(CLASS_LOADER, classLoader, loader);
      }
      classLoader = loader;
    }
    return this;
  }

  /**
   * Sets defaults for this component's section of the configuration.
   *
   * @param config keys and values, copied
   * @return this
   * @throws GraphException if another configuration was set
   */
  public Component config(JsonObject config) {
    say(deployment, CONFIG, given(CONFIG, config).copy());
    return this;
  }

  /**
   * Limits the start.
   *
   * @param timeout more than zero
   * @return this
   * @throws GraphException if another limit was set
   */
  public Component startTimeout(Duration timeout) {
    return limit(START_TIMEOUT, timeout);
  }

  /**
   * Limits the drain beyond what the stop budget does. A start that a stop meets under way has as
   * long.
   *
   * @param timeout zero to cut at once whatever does not end within a moment, a tenth of a second
   * @return this
   * @throws GraphException if another limit was set
   */
  public Component drainTimeout(Duration timeout) {
    return limit(DRAIN_TIMEOUT, timeout);
  }

  /**
   * Reserves a part of the stop budget for the release, which no drain can use. The release may
   * take longer, as long as the budget has more than the reserves of those that come after it.
   *
   * @param timeout 1 s by default
   * @return this
   * @throws GraphException if another limit was set
   */
  public Component releaseTimeout(Duration timeout) {
    return limit(RELEASE_TIMEOUT, timeout);
  }

  private Component limit(String what, Duration timeout) {
    say(times, what, given(what, timeout));
    times(); // checks the value
    return this;
  }

  private <T> T given(String what, @Nullable T value) {
    if (value == null) {
      throw new GraphException(
          "component \"%s\" got null for %s; leave the call out, or give a value"
              .formatted(name, what));
    }
    return value;
  }

  private void say(Map<String, Object> said, String what, Object value) {
    Object before = said.putIfAbsent(what, value);
    if (before != null && !before.equals(value)) {
      throw contradiction(what, before, value);
    }
  }

  private GraphException contradiction(String what, Object before, Object now) {
    return new GraphException(
        "component \"%s\" has %s; say it once, or twice the same"
            .formatted(
                name,
                what.equals(CONFIG) // there may be secrets in it
                    ? "two different values of config"
                    : "%s %s and %s %s".formatted(what, shown(before), what, shown(now))));
  }

  private static String shown(Object value) {
    return value instanceof Duration duration ? Durations.format(duration) : value.toString();
  }

  String name() {
    return name;
  }

  Supplier<? extends Deployable> supplier() {
    return supplier;
  }

  /** Has another verticle made in place of the one that was added; all else stays as declared. */
  void replaceBy(Supplier<? extends Deployable> other) {
    supplier = other;
  }

  Set<String> dependencies() {
    return Collections.unmodifiableSet(dependencies);
  }

  DeploymentOptions options() {
    DeploymentOptions options = new DeploymentOptions(new JsonObject(deployment));
    return classLoader == null ? options : options.setClassLoader(classLoader);
  }

  ComponentTimes times() {
    Duration release = said(RELEASE_TIMEOUT);
    return new ComponentTimes(
        said(START_TIMEOUT),
        said(DRAIN_TIMEOUT),
        release == null ? ComponentTimes.DEFAULT.releaseTimeout() : release);
  }

  private @Nullable Duration said(String what) {
    return (Duration) times.get(what);
  }
}
