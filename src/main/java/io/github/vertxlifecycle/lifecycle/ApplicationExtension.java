package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.vertx.core.Future;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Something that is up before the first component and down after the last, and is no component
 * itself: it looks at them.
 *
 * <p>Found by {@link ServiceLoader}; is used if the configuration holds its section. It hears every
 * event, one at a time, from its start on. Its other methods are called in the order in which they
 * stand here, once each, but for {@link #warmUp()}, which is called while it is up.
 */
public interface ApplicationExtension extends LifecycleListener {

  /**
   * The name of its section of the configuration.
   *
   * @return the name
   */
  String section();

  /**
   * Reads its section. Problems are told to it, not thrown.
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
   * its end by itself, soon: the process waits for it.
   *
   * @return completes when it is down
   */
  Future<?> stop();

  /**
   * What goes on after that without anybody's waiting: a Vert.x of its own that closes, say. Only
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
