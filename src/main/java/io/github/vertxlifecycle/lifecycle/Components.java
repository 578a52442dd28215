package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.graph.GraphException;
import io.vertx.core.Deployable;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the declarations of an application's components. Not thread-safe. */
public final class Components {

  private final Section whole;
  private final Map<String, Component> components = new LinkedHashMap<>();

  Components(Section whole) {
    this.whole = whole;
  }

  /**
   * The application's whole configuration, for an application whose components depend on it. A key
   * that is asked for while the components are declared and the first instances made is one that
   * somebody reads; for one that is read later see {@link #reads}.
   *
   * @return a copy
   */
  public JsonObject config() {
    return whole.observed();
  }

  /**
   * Says that the application reads sections that belong to no component, later than while the
   * components are declared, or not through {@link #config()}. A section that nobody reads is
   * probably a slip: the launcher warns of it, and {@code -check} refuses it.
   *
   * @param sections the keys in the configuration, be they there or not
   * @return this
   */
  public Components reads(String... sections) {
    for (String section : sections) {
      if (section == null) {
        throw new GraphException("reads(…) got null; name the sections of the configuration");
      }
      whole.isRead(section);
    }
    return this;
  }

  /**
   * Adds a component.
   *
   * @param name its name, also that of its section in the configuration
   * @param verticle makes one instance; called once per instance, the first time while the
   *     configuration is checked
   * @return the component, to be completed
   * @throws GraphException if there is a component of that name, or the name cannot be one
   */
  public Component add(String name, Supplier<? extends Deployable> verticle) {
    checkName(name);
    if (verticle == null) {
      throw new GraphException(
          "component \"%s\" got null instead of what makes its verticle; give a constructor or"
                  .formatted(name)
              + " a lambda that says new");
    }
    Component component = new Component(this, name, verticle);
    if (components.putIfAbsent(name, component) != null) {
      throw new GraphException(
          "there are two components named \"" + name + "\"; give one of them another name");
    }
    return component;
  }

  private static void checkName(@Nullable String name) {
    if (name == null) {
      throw new GraphException("a component got null as its name; it names its section");
    }
    if (name.isBlank() || name.contains(".")) {
      throw new GraphException(
          "a component needs a name without dots, \"" + name + "\" is none; it names its section");
    }
    if (name.equals("lifecycle")) {
      throw new GraphException(
          "no component can be named \"lifecycle\": that section of the configuration is taken");
    }
  }

  /**
   * Adds a component by the name of its class.
   *
   * @param name its name
   * @param className a public class with a constructor without parameters that implements {@link
   *     Deployable}: a {@code VerticleBase}, say
   * @return the component, to be completed
   */
  public Component add(String name, String className) {
    checkName(name);
    if (className == null) {
      throw new GraphException(
          "component \"%s\" got null as the name of its class".formatted(name));
    }
    return add(name, new ByClassName(className));
  }

  @Nullable Component find(String name) {
    return components.get(name);
  }

  void remove(String name) {
    components.remove(name);
  }

  Collection<Component> all() {
    return Collections.unmodifiableCollection(components.values());
  }
}
