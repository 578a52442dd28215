package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Problems;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The extensions that a configuration asks for, as one listener. */
final class ApplicationExtensions implements LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(ApplicationExtensions.class);

  private final List<ApplicationExtension> active = new ArrayList<>();
  private final Set<String> sections = new TreeSet<>();

  /**
   * Finds them and has them read their sections.
   *
   * @param config the whole configuration
   * @param components the names whose sections belong to components
   */
  ApplicationExtensions(JsonObject config, Set<String> components, Problems problems) {
    try {
      for (ApplicationExtension one :
          ServiceLoader.load(
              ApplicationExtension.class, ApplicationExtension.class.getClassLoader())) {
        String name = one.section();
        sections.add(name);
        if (config.getValue(name) != null && !components.contains(name)) {
          Section section = new Section("", config, problems).section(name);
          one.configure(section);
          section.rejectOthers();
          active.add(one);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      problems.add("", "a library is missing on the class path: " + e);
    }
  }

  /** These, which need no configuration. */
  ApplicationExtensions(List<ApplicationExtension> ready) {
    active.addAll(ready);
  }

  /** One for each that has one. */
  List<ApplicationExtension> warmUps() {
    return active.stream().map(ApplicationExtension::warmUp).filter(Objects::nonNull).toList();
  }

  /** The sections of all that were found, asked for or not. */
  Set<String> sections() {
    return sections;
  }

  @Override
  public void on(LifecycleEvent event) {
    active.forEach(one -> Conductor.tell(one, event));
  }

  Future<?> start(LifecycleView view) {
    Future<?> up = Future.succeededFuture();
    for (ApplicationExtension one : active) {
      up = up.compose(v -> SafeCall.call(one.section(), () -> one.start(view)));
    }
    return up;
  }

  /** Completes when nothing is left of them. Never fails. */
  Future<?> gone() {
    return Future.join(active.stream().map(ApplicationExtension::gone).toList()).otherwiseEmpty();
  }

  /** Never fails. */
  Future<?> stop() {
    Future<?> down = Future.succeededFuture();
    for (ApplicationExtension one : active) {
      down =
          down.compose(v -> SafeCall.call(one.section(), one::stop))
              .otherwise(
                  problem -> {
                    log.warn(
                        "{}: did not go down: {}",
                        one.section(),
                        ComponentLifecycle.message(problem));
                    return null;
                  });
    }
    return down;
  }
}
