package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.vertx.core.Future;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Something that is up before the first component and down after the last, and is no component
 * itself: it looks at them. A service provider interface: an application or a library implements
 * it, names the class in {@code
 * META-INF/services/io.github.vertxlifecycle.lifecycle.ApplicationExtension}, and {@link
 * ServiceLoader} finds it. The toolkit's own {@code management} is one.
 *
 * <p>It takes part if the configuration holds its section and no component bears that name; else
 * nothing but {@link #section()} is called. The order of its life:
 *
 * <ol>
 *   <li>An instance is made, by its public constructor without parameters, and {@link #configure
 *       configured} for each plan, on the planning thread. A plan need not be started.
 *   <li>{@link #start} is called on the root's context. Several start one after the other, in the
 *       order in which {@code ServiceLoader} finds them. No component starts before all are up; if
 *       one fails, the start of the application fails with a {@link StartFailedException} that
 *       begins with its section's name.
 *   <li>{@link #on} hears every event from the call of {@code start} on, one at a time, on a thread
 *       of its own. It may block; what the view shows is then ahead of what it has heard.
 *   <li>{@link #stop} is called once every component has stopped, the last that was started first;
 *       also if {@code start} failed, not if it was not called. A failure is logged, and no more.
 *   <li>{@link #gone} is called after that, by the launcher only.
 * </ol>
 *
 * <p>{@link #warmUp()} is called on any thread while it is up, by the launcher only.
 */
public interface ApplicationExtension extends LifecycleListener {

  /**
   * The name of its section of the configuration.
   *
   * @return the name
   */
  String section();

  /**
   * Reads its section. Problems are told to the section, not thrown; keys that it does not ask for
   * are unknown.
   *
   * @param section keys and values
   */
  void configure(Section section);

  /**
   * Comes up. If it fails, no component starts.
   *
   * @param view what there is to look at
   * @return completes when it is up
   */
  Future<?> start(LifecycleView view);

  /**
   * Goes down; every component has stopped, and none started if {@link #start} failed. Must come to
   * its end by itself, soon: the stop waits for it without a deadline.
   *
   * @return completes when it is down
   */
  Future<?> stop();

  /**
   * The end of whatever goes on after that unawaited: a Vert.x of its own that closes, say. Only
   * the end of the process waits for it, because a JVM that ends while a thread is in a system call
   * waits for that thread, for 300 ms.
   *
   * @return completes when nothing is left of it
   */
  default Future<?> gone() {
    return Future.succeededFuture();
  }

  /**
   * An extension that stands in for this one while the launcher warms a stop up; not configured.
   * See {@link LifecycleVerticle#warmUp()}.
   *
   * @return the stand-in, null for none
   */
  default @Nullable ApplicationExtension warmUp() {
    return null;
  }
}
