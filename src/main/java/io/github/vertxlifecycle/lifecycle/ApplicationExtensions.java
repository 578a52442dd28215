package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.FailureText;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The extensions that a configuration asks for, as one listener. */
final class ApplicationExtensions implements LifecycleListener {

  private static final Logger log = LoggerFactory.getLogger(ApplicationExtensions.class);

  private final List<ApplicationExtension> active;

  /** The extensions whose start was called. Written by one thread at a time, read by any. */
  private final List<ApplicationExtension> begun = new CopyOnWriteArrayList<>();

  /** A lane for each of those. */
  private final List<EventLane> lanes = new CopyOnWriteArrayList<>();

  /** These, which have read their sections or need none. */
  ApplicationExtensions(List<ApplicationExtension> active) {
    this.active = List.copyOf(active);
  }

  /**
   * Finds them and has them read their sections.
   *
   * @param whole the whole configuration
   * @param components the names whose sections belong to components
   */
  static ApplicationExtensions of(Section whole, Set<String> components) {
    List<ApplicationExtension> active = new ArrayList<>();
    try {
      for (ApplicationExtension one :
          ServiceLoader.load(
              ApplicationExtension.class, ApplicationExtension.class.getClassLoader())) {
        String name = one.section();
        if (whole.has(name) && !components.contains(name)) {
          configure(one, name, whole);
          active.add(one);
        }
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      whole.problem("", "an extension cannot be loaded: " + FailureText.withRoot(e));
    }
    return new ApplicationExtensions(active);
  }

  private static void configure(ApplicationExtension one, String name, Section whole) {
    Section section = whole.section(name);
    try {
      one.configure(section);
      section.rejectOthers();
    } catch (RuntimeException | Error e) {
      whole.problem(name, FailureText.thrown("its configure", e));
    }
  }

  /** The stand-ins of those that have one. */
  List<ApplicationExtension> warmUps() {
    return active.stream().map(ApplicationExtension::warmUp).filter(Objects::nonNull).toList();
  }

  @Override
  public void on(LifecycleEvent event) {
    lanes.forEach(lane -> lane.tell(event));
  }

  /** See {@link EventLane#caughtUp()}. */
  List<Future<?>> caughtUp() {
    List<Future<?>> all = new ArrayList<>();
    lanes.forEach(lane -> all.add(lane.caughtUp()));
    return all;
  }

  /** One after the other; fails with the name of the first that does not come up. */
  Future<?> start(LifecycleView view) {
    Future<?> up = Future.succeededFuture();
    for (ApplicationExtension one : active) {
      up = up.compose(v -> start(one, view));
    }
    return up;
  }

  private Future<?> start(ApplicationExtension one, LifecycleView view) {
    begun.add(one);
    lanes.add(new EventLane(one.section(), one, SystemClock.instance()));
    return SafeCall.call(one.section(), () -> one.start(view))
        .recover(
            problem ->
                Future.failedFuture(
                    new StartFailedException(
                        one.section() + ": " + ComponentLifecycle.message(problem), problem)));
  }

  /** Completes when nothing is left of them. Never fails. */
  Future<?> gone() {
    return Future.join(begun.stream().map(ApplicationExtension::gone).toList()).otherwiseEmpty();
  }

  /** In the reverse of their starts. Never fails. */
  Future<?> stop() {
    List<ApplicationExtension> order = new ArrayList<>(begun);
    Collections.reverse(order);
    Future<?> down = Future.succeededFuture();
    for (ApplicationExtension one : order) {
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
