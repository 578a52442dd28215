package io.github.vertxlifecycle.lifecycle;

import java.util.List;
import org.slf4j.helpers.NOPLogger;

/**
 * An application to warm a stop up with: stand-ins on top of a component that does nothing.
 *
 * <p>A JVM loads classes and links lambdas when they are first used. Most of what a stop uses is
 * used only then, so a process that has never stopped spends most of its stop on that. Whoever can
 * spare a moment after the start plays a whole life of this one beforehand, in a Vert.x of its own;
 * all the code is that of a real stop, but for the loggers of the lifecycle.
 */
final class WarmUpApplication extends RootVerticle {

  private static final String BOTTOM = "bottom";

  private final List<LifecycleVerticle> warmUps;
  private final List<ApplicationExtension> extensions;

  WarmUpApplication(List<LifecycleVerticle> warmUps, List<ApplicationExtension> extensions) {
    super(NOPLogger.NOP_LOGGER);
    this.warmUps = warmUps;
    this.extensions = extensions;
  }

  @Override
  ApplicationExtensions extensions(Plan ofThis) {
    return new ApplicationExtensions(extensions);
  }

  @Override
  protected void components(Components app) {
    app.add(BOTTOM, Bottom::new);
    for (LifecycleVerticle one : warmUps) {
      app.add("stand-in " + warmUps.indexOf(one), () -> one).dependsOn(BOTTOM);
    }
  }

  private static final class Bottom extends LifecycleVerticle {}
}
