package io.github.vertxlifecycle.lifecycle;

import java.util.List;
import org.slf4j.helpers.NOPLogger;

/**
 * An application to rehearse with: understudies on top of a component that does nothing.
 *
 * <p>A JVM loads classes and links lambdas when they are first used. Most of what a stop uses is
 * used only then, so a process that has never stopped spends most of its stop on that. Whoever can
 * spare a moment after the start plays a whole life of this one beforehand, in a Vert.x of its own;
 * all the code is that of a real stop, but for the loggers of the lifecycle.
 */
final class Rehearsal extends RootVerticle {

  private static final String STAGE = "stage";

  private final List<LifecycleVerticle> understudies;
  private final List<Companion> companions;

  Rehearsal(List<LifecycleVerticle> understudies, List<Companion> companions) {
    super(new LoggingListener(NOPLogger.NOP_LOGGER));
    this.understudies = understudies;
    this.companions = companions;
  }

  @Override
  Companions companions(Plan ofThis) {
    return new Companions(companions);
  }

  @Override
  protected void components(Components app) {
    app.add(STAGE, Stage::new);
    for (LifecycleVerticle one : understudies) {
      app.add("understudy " + understudies.indexOf(one), () -> one).dependsOn(STAGE);
    }
  }

  private static final class Stage extends LifecycleVerticle {}
}
