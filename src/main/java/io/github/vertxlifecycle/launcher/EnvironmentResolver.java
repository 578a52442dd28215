package io.github.vertxlifecycle.launcher;

import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds what {@code ${X}} does not find in the file in the environment. The library does the same,
 * but does not say of a value which variable it came from.
 */
final class EnvironmentResolver implements ConfigResolver {

  /** {@code ${X[]}} is the list of {@code X_0}, {@code X_1} and so on. */
  private static final String LIST = "[]";

  private final Map<String, String> environment;

  EnvironmentResolver(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable ConfigValue lookup(String path) {
    String name = String.join(".", ConfigUtil.splitPath(path));
    return name.endsWith(LIST)
        ? list(name.substring(0, name.length() - LIST.length()))
        : value(name);
  }

  private @Nullable ConfigValue value(String name) {
    String value = environment.get(name);
    return value == null ? null : ConfigValueFactory.fromAnyRef(value, origin(name));
  }

  private @Nullable ConfigValue list(String name) {
    List<ConfigValue> values = new ArrayList<>();
    ConfigValue next = value(name + "_0");
    while (next != null) {
      values.add(next);
      next = value(name + "_" + values.size());
    }
    return values.isEmpty() ? null : ConfigValueFactory.fromAnyRef(values, origin(name + "_0"));
  }

  private static String origin(String name) {
    return "environment variable " + name;
  }

  /** Whoever is asked after this one would be asked for what the environment does not have. */
  @Override
  public ConfigResolver withFallback(ConfigResolver fallback) {
    return new ConfigResolver() {
      @Override
      public @Nullable ConfigValue lookup(String path) {
        ConfigValue found = EnvironmentResolver.this.lookup(path);
        return found == null ? fallback.lookup(path) : found;
      }

      @Override
      public ConfigResolver withFallback(ConfigResolver next) {
        return EnvironmentResolver.this.withFallback(fallback.withFallback(next));
      }
    };
  }
}
