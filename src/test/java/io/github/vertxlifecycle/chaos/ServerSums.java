package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The process's own count of work, written to a file whenever a component has stopped: the file
 * holds the last count, even if the process was ended by force.
 */
final class ServerSums implements LifecycleListener {

  /** The environment variable that names the file. */
  static final String VARIABLE = "CHAOS_SUMS";

  private final Supplier<LifecycleView> view;

  ServerSums(Supplier<LifecycleView> view) {
    this.view = view;
  }

  @Override
  public void on(LifecycleEvent event) {
    String file = System.getenv(VARIABLE);
    if (file != null && event instanceof LifecycleEvent.ComponentStopped) {
      try {
        Files.writeString(Path.of(file), json(view.get().now()).encode());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static JsonObject json(Snapshot now) {
    JsonObject all = new JsonObject();
    for (Snapshot.ComponentSnapshot one : now.components()) {
      if (one.timeline().stopped() != null) {
        all.put(
            one.name(),
            new JsonObject()
                .put("admitted", one.stats().admitted())
                .put("refused", one.stats().refused())
                .put("inFlight", one.stats().inFlight().size()));
      }
    }
    return all;
  }
}
