package io.github.vertxlifecycle.launcher;

import java.lang.reflect.InvocationTargetException;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The logging library behind SLF4J, whichever it is. */
final class Logging {

  private Logging() {}

  /** Has Vert.x log through SLF4J too, unless somebody said otherwise; before Vert.x is loaded. */
  static void throughSlf4j() {
    String key = "vertx.logger-delegate-factory-class-name";
    if (System.getProperty(key) == null) {
      System.setProperty(key, "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
  }

  /** Writes out what is buffered and ends logging, so that the last line is not lost. */
  static void end() {
    end(LoggerFactory.getILoggerFactory());
  }

  /** Ends another one of the same kind, through which nobody logs. */
  static void warmUpEnd() {
    ILoggerFactory context = LoggerFactory.getILoggerFactory();
    if (isLogback(context)) {
      try {
        end(context.getClass().getConstructor().newInstance());
      } catch (ReflectiveOperationException e) {
        // the real end will tell, if there is anything to tell
      }
    }
  }

  private static boolean isLogback(ILoggerFactory context) {
    return context.getClass().getName().startsWith("ch.qos.logback.");
  }

  private static void end(ILoggerFactory context) {
    try {
      if (context instanceof AutoCloseable closeable) {
        closeable.close();
      } else if (isLogback(context)) {
        context.getClass().getMethod("stop").invoke(context);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (InvocationTargetException e) {
      System.err.println("The log could not be ended: " + e.getCause());
    } catch (Exception e) {
      System.err.println("The log could not be ended: " + e);
    }
  }
}
