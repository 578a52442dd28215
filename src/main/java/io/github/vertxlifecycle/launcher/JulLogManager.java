package io.github.vertxlifecycle.launcher;

import java.util.Collections;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The log manager of {@code java.util.logging} that goes on logging until the ordered stop is over.
 *
 * <p>The JDK's own closes all handlers in a shutdown hook, at the same time as an ordered stop runs
 * in another, so that nothing is left of its lines. This one keeps that hook waiting, as Helidon's
 * does. The launcher names it in {@code java.util.logging.manager}, unless something else is named
 * there. An application that logs before it calls the launcher must name it itself, on the command
 * line.
 */
public final class JulLogManager extends LogManager {

  private static final String JVM_HOOK = LogManager.class.getName() + "$Cleaner";

  /** For the JDK, which makes the one instance by the name of the class. */
  public JulLogManager() {
    Logging.isUsed(this);
  }

  /** Closes all handlers; in the JDK's shutdown hook, once the ordered stop is over. */
  @Override
  public void reset() {
    if (Thread.currentThread().getClass().getName().equals(JVM_HOOK)) {
      Logging.awaitEnd();
    }
    super.reset();
  }

  /** Makes the handlers. */
  void ready() {
    Logger root = getLogger("");
    if (root != null) {
      root.getHandlers();
    }
  }

  /** Writes out what handlers hold. */
  void flush() {
    for (String name : Collections.list(getLoggerNames())) {
      Logger logger = getLogger(name);
      if (logger != null) {
        for (Handler handler : logger.getHandlers()) {
          handler.flush();
        }
      }
    }
  }
}
