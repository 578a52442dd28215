package io.github.vertxlifecycle.lifecycle;

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

/** The companions that a configuration asks for, as one. */
final class Companions implements LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(Companions.class);

  private final List<Companion> members = new ArrayList<>();
  private final Set<String> sections = new TreeSet<>();

  /**
   * Finds them and has them read their sections.
   *
   * @param config the whole configuration
   * @param components the names whose sections belong to components
   */
  Companions(JsonObject config, Set<String> components, Problems problems) {
    try {
      for (Companion one : ServiceLoader.load(Companion.class, Companion.class.getClassLoader())) {
        String name = one.section();
        sections.add(name);
        if (config.getValue(name) != null && !components.contains(name)) {
          Section section = new Section("", config, problems).section(name);
          one.configure(section);
          section.rejectOthers();
          members.add(one);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      problems.add("", "a library is missing on the class path: " + e);
    }
  }

  /** These, which need no configuration. */
  Companions(List<Companion> ready) {
    members.addAll(ready);
  }

  /** One for each that has one. */
  List<Companion> understudies() {
    return members.stream().map(Companion::understudy).filter(Objects::nonNull).toList();
  }

  /** The sections of all that were found, asked for or not. */
  Set<String> sections() {
    return sections;
  }

  @Override
  public void on(LifecycleEvent event) {
    members.forEach(one -> Conductor.tell(one, event));
  }

  Future<?> start(LifecycleView view) {
    Future<?> up = Future.succeededFuture();
    for (Companion one : members) {
      up = up.compose(v -> Steps.call(one.section(), () -> one.start(view)));
    }
    return up;
  }

  /** Completes when nothing is left of them. Never fails. */
  Future<?> gone() {
    return Future.join(members.stream().map(Companion::gone).toList()).otherwiseEmpty();
  }

  /** Never fails. */
  Future<?> stop() {
    Future<?> down = Future.succeededFuture();
    for (Companion one : members) {
      down =
          down.compose(v -> Steps.call(one.section(), one::stop))
              .otherwise(
                  problem -> {
                    log.warn("{}: did not go down: {}", one.section(), Member.message(problem));
                    return null;
                  });
    }
    return down;
  }
}
