package io.github.vertxlifecycle.launcher;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what the configuration library has read into JSON and remembers where each value stood. */
final class ConfigurationOrigins {

  private final Map<String, String> byPath = new LinkedHashMap<>();

  private ConfigurationOrigins() {}

  static Configuration of(ConfigObject root) {
    ConfigurationOrigins origins = new ConfigurationOrigins();
    JsonObject json = origins.object("", root);
    return new Configuration(json, origins.byPath);
  }

  /** Where a value stands. */
  static String text(ConfigOrigin origin) {
    String file = origin.filename();
    String where = file == null ? origin.description().replaceFirst(": \\d+$", "") : file;
    return origin.lineNumber() > 0 ? where + ":" + origin.lineNumber() : where;
  }

  private JsonObject object(String path, ConfigObject object) {
    JsonObject json = new JsonObject();
    object.forEach((key, value) -> json.put(key, value(join(path, key), value)));
    return json;
  }

  private JsonArray list(String path, ConfigList list) {
    JsonArray json = new JsonArray();
    for (int i = 0; i < list.size(); i++) {
      json.add(value(join(path, Integer.toString(i)), list.get(i)));
    }
    return json;
  }

  private @Nullable Object value(String path, ConfigValue value) {
    byPath.put(path, text(value.origin()));
    if (value instanceof ConfigObject object) {
      return object(path, object);
    }
    if (value instanceof ConfigList list) {
      return list(path, list);
    }
    return value.unwrapped();
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
