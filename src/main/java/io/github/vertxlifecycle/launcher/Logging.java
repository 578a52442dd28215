package io.github.vertxlifecycle.launcher;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The logging library behind SLF4J, whichever it is. */
final class Logging {

  private static final String LOG4J = "org.apache.logging.log4j.";

  /** That of java.util.logging; null if nobody has used that, or if it has another. */
  private static volatile @Nullable JulLogManager jul;

  private static volatile @Nullable ProcessShutdown shutdown;

  private Logging() {}

  /**
   * Keeps logging libraries from ending in a shutdown hook of their own, which runs beside the
   * stop. Loads none of them. To be called before they are loaded, and once the shutdown is told of
   * the end of the JVM.
   */
  static void holdUntilEndOf(ProcessShutdown process) {
    shutdown = process;
    if (Logging.class.getClassLoader() == ClassLoader.getSystemClassLoader()) {
      setUnlessSet("java.util.logging.manager", "io.github.vertxlifecycle.launcher.JulLogManager");
    }
    if (System.getProperty("log4j.shutdownHookEnabled") == null) {
      setUnlessSet("log4j2.shutdownHookEnabled", "false");
    }
  }

  private static void setUnlessSet(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }

  /** To be told of the log manager of java.util.logging, as soon as that is used. */
  static void isUsed(JulLogManager manager) {
    jul = manager;
  }

  /** Makes ready what a logging library would make with its first line, and not during an exit. */
  static void ready() {
    JulLogManager manager = jul;
    if (manager != null) {
      manager.ready();
    }
  }

  /** Waits until nothing is logged any more. */
  static void awaitEnd() {
    ProcessShutdown process = shutdown;
    if (process != null) {
      process.await();
    }
  }

  /** Has Vert.x log through SLF4J too, unless somebody said otherwise; before Vert.x is loaded. */
  static void throughSlf4j() {
    setUnlessSet(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }

  /**
   * Loads the logging library, which takes as long as all else up to the first component, on a
   * thread of its own. Until that is done nobody else may ask for a logger: SLF4J would hand out a
   * stand-in.
   *
   * @return is done when loggers may be asked for; fails as that would have failed
   */
  static Future<?> load() {
    FutureTask<ILoggerFactory> loading = new FutureTask<>(LoggerFactory::getILoggerFactory);
    new Thread(loading, "lifecycle-logging").start();
    return loading;
  }

  /** Writes out what is buffered and ends logging, so that the last line is not lost. */
  static void end() {
    end(LoggerFactory.getILoggerFactory());
    JulLogManager manager = jul;
    if (manager != null) {
      manager.flush();
    }
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

  private static boolean isLog4j(ILoggerFactory context) {
    return context.getClass().getName().startsWith("org.apache.logging.slf4j.");
  }

  /** Every context, which its own hook would have stopped. */
  private static void endLog4j(ClassLoader loader) throws ReflectiveOperationException {
    Class.forName(LOG4J + "LogManager", true, loader)
        .getMethod("shutdown", boolean.class, boolean.class)
        .invoke(null, false, true);
  }

  private static void end(ILoggerFactory context) {
    try {
      if (isLog4j(context)) {
        endLog4j(context.getClass().getClassLoader());
      } else if (context instanceof AutoCloseable closeable) {
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
