package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.graph.GraphException;
import io.vertx.core.Deployable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The components that an application has declared, for the toolkit's test kit to change; promised
 * to nobody else. Not thread-safe.
 */
public final class DeclaredComponents {

  private final Components declared;

  DeclaredComponents(Components declared) {
    this.declared = declared;
  }

  /**
   * The names of all components.
   *
   * @return the names in the order of their declaration, a copy
   */
  public List<String> names() {
    return declared.all().stream().map(Component::name).toList();
  }

  /**
   * A verticle as the component would get it, to be looked at and thrown away.
   *
   * @param name the component
   * @return one more instance; null if its supplier returns none
   * @throws GraphException if there is no such component
   */
  public @Nullable Deployable sample(String name) {
    return component(name).supplier().get();
  }

  /**
   * Has another verticle made in place of a component's own. Dependencies, instances, deployment
   * options and time limits stay.
   *
   * @param name the component
   * @param verticle makes one instance
   * @throws GraphException if there is no such component
   */
  public void replace(String name, Supplier<? extends Deployable> verticle) {
    component(name).replaceBy(verticle);
  }

  /**
   * Leaves a component out, and all that depend on it, directly or through others.
   *
   * @param name the component
   * @throws GraphException if there is no such component
   */
  public void remove(String name) {
    component(name);
    Deque<String> leaving = new ArrayDeque<>(List.of(name));
    while (!leaving.isEmpty()) {
      String next = leaving.remove();
      declared.remove(next);
      declared.all().stream()
          .filter(one -> one.dependencies().contains(next))
          .map(Component::name)
          .forEach(leaving::add);
    }
  }

  /**
   * Adds a component on which another one depends from now on.
   *
   * @param name the component to be
   * @param verticle makes one instance
   * @param dependent the one that depends on it
   * @throws GraphException if there is one of that name already, or no such dependent
   */
  public void addBelow(String name, Supplier<? extends Deployable> verticle, String dependent) {
    component(dependent).dependsOn(declared.add(name, verticle));
  }

  /**
   * Makes sure that there is a component.
   *
   * @param name its name
   * @throws GraphException if there is none
   */
  public void require(String name) {
    component(name);
  }

  private Component component(String name) {
    Component found = declared.find(name);
    if (found == null) {
      throw new GraphException(
          "there is no component \"%s\"; there are %s".formatted(name, String.join(", ", names())));
    }
    return found;
  }
}
