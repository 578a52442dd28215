package io.github.vertxlifecycle.junit5;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads HOCON as the launcher does. */
final class TestConfiguration {

  private static final ConfigParseOptions HOCON =
      ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);

  private TestConfiguration() {}

  /** Reads a text. */
  static JsonObject text(String hocon) {
    try {
      return json(
          ConfigFactory.parseString(hocon, HOCON.setOriginDescription("config(…)")).resolve());
    } catch (ConfigException e) {
      throw new IllegalArgumentException("config(…) got what is no HOCON: " + e.getMessage(), e);
    }
  }

  /** Reads a file, and what it includes. */
  static JsonObject file(Path file) {
    try {
      return json(ConfigFactory.parseFile(file.toFile(), HOCON).resolve());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "configFile(…) cannot read %s (working directory %s): %s"
              .formatted(file, Path.of("").toAbsolutePath(), e.getMessage()),
          e);
    }
  }

  private static JsonObject json(Config config) {
    return object(config.root().unwrapped());
  }

  private static JsonObject object(Map<?, ?> map) {
    JsonObject json = new JsonObject();
    map.forEach((key, value) -> json.put(String.valueOf(key), value(value)));
    return json;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return object(map);
    }
    if (value instanceof List<?> list) {
      JsonArray json = new JsonArray();
      list.forEach(one -> json.add(value(one)));
      return json;
    }
    return value;
  }
}
