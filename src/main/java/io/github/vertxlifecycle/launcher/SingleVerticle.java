package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * The root of an application whose main verticle is not one: one component, named after the class
 * without the word {@code Verticle}, in lower camel case ({@code HttpVerticle} becomes {@code
 * http}).
 *
 * <p>A {@link LifecycleVerticle} is configured by the section of that name, as everywhere. Any
 * other verticle finds the whole configuration in its {@code config()}, as with Vert.x's own
 * launcher, except for {@code lifecycle}, which is the toolkit's.
 */
final class SingleVerticle extends RootVerticle {

  private final Class<? extends Deployable> type;
  private final DeploymentOptions deployment;

  SingleVerticle(Class<? extends Deployable> type, DeploymentOptions deployment) {
    this.type = type;
    this.deployment = deployment;
  }

  /** The main verticle. */
  Class<? extends Deployable> type() {
    return type;
  }

  @Override
  protected void components(Components app) {
    String name = name(ClassName.of(type));
    Component component = app.add(name, type.getName()).options(deployment);
    JsonObject config = new JsonObject();
    if (!LifecycleVerticle.class.isAssignableFrom(type)) {
      config = app.config();
      config.remove("lifecycle");
      config.remove(name); // that section is laid over the rest
    }
    component.config(config);
  }

  static String name(String simpleName) {
    String suffix = "Verticle";
    String stem =
        simpleName.endsWith(suffix) && simpleName.length() > suffix.length()
            ? simpleName.substring(0, simpleName.length() - suffix.length())
            : simpleName;
    return stem.substring(0, 1).toLowerCase(Locale.ROOT) + stem.substring(1);
  }
}
