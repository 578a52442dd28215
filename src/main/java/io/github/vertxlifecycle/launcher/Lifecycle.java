package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.lifecycle.RootVerticle;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an application as a process of its own.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *   Lifecycle.run(LinksApp::new, args);
 * }
 * }</pre>
 */
public final class Lifecycle {
  private Lifecycle() {}

  /**
   * Runs an application until SIGINT, SIGTERM or SIGHUP, then stops it in order and ends the
   * process. Takes over signals and the end of the JVM; does not return. With {@code
   * lifecycle.handover} in the configuration SIGHUP starts a successor instead, and another process
   * of the same command takes the place of this one, see {@link
   * io.github.vertxlifecycle.lifecycle.LifecycleOptions#handover}.
   *
   * <p>Vert.x runs on Netty's epoll transport where that is on the class path, unless the command
   * line says {@code preferNativeTransport} in its {@code -options}; elsewhere on NIO.
   *
   * @param app makes the root of the application
   * @param args the command line: {@code -conf FILE} and the other flags of Vert.x's launcher
   */
  public static void run(Supplier<? extends RootVerticle> app, String... args) {
    launch(
        Objects.requireNonNull(
            app, "Lifecycle.run got null; give it what makes the root: a constructor"),
        args);
  }

  static void launch(@Nullable Supplier<? extends RootVerticle> app, String[] args) {
    ProcessShutdown shutdown = new ProcessShutdown(JvmExit.REAL, WatchdogTimer.REAL);
    boolean signals = Signals.toldTo(shutdown);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(shutdown::jvmShutsDown, "lifecycle-hook"));
    } catch (IllegalStateException e) {
      return; // the JVM shuts down already; nothing has been started
    }
    Logging.holdUntilEndOf(shutdown);
    new Launch(app, args, signals, shutdown).run();
  }
}
