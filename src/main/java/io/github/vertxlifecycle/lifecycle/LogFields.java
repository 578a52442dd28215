package io.github.vertxlifecycle.lifecycle;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Lines of the log that say in fields what their message says in words. */
final class LogFields {

  private LogFields() {}

  /**
   * A line without its message.
   *
   * @param fields made only if they are kept: SLF4J puts the fields in front of the message where a
   *     library has no place for them, and people would have to read them
   */
  static LoggingEventBuilder line(Logger log, Level level, Supplier<JsonObject> fields) {
    LoggingEventBuilder line = log.atLevel(level);
    if (log.isEnabledForLevel(level) && areKept(log)) {
      for (Map.Entry<String, Object> field : fields.get()) {
        line = line.addKeyValue(field.getKey(), field.getValue());
      }
    }
    return line;
  }

  private static boolean areKept(Logger log) {
    String library = log.getClass().getName();
    return library.startsWith("ch.qos.logback.") || library.startsWith("org.apache.logging.");
  }
}
