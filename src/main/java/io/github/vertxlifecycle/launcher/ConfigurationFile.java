package io.github.vertxlifecycle.launcher;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON, or HOCON, a superset of it: a file, or the text itself when it begins with a brace.
 * {@code ${?X}} takes from the file itself, then from the environment; system properties have no
 * say. No message quotes the file: what stands there may be a secret.
 */
final class ConfigurationFile {

  /** Quotations in messages, from the first quote to the last; those of a single sign may stay. */
  private static final Pattern QUOTATION = Pattern.compile("'..+'|\"..+\"|token: .*");

  private static final ConfigResolveOptions RESOLVE =
      ConfigResolveOptions.defaults()
          .setUseSystemEnvironment(false)
          .appendResolver(new EnvironmentResolver(System.getenv()));

  private final String flag;
  private final String argument;
  private final boolean inline;

  private ConfigurationFile(String flag, String argument) {
    this.flag = flag;
    this.argument = argument;
    this.inline = argument.stripLeading().startsWith("{");
  }

  /**
   * Reads what a flag names.
   *
   * @param flag its name, for messages
   * @param argument its argument
   * @throws LaunchException if it cannot be read
   */
  static Configuration read(String flag, String argument) throws LaunchException {
    return new ConfigurationFile(flag, argument).configuration();
  }

  private Configuration configuration() throws LaunchException {
    try {
      Config parsed = parse();
      if (!inline && parsed.isEmpty() && isBlank()) {
        throw problem("%s is empty; write {} if that is meant".formatted(argument));
      }
      return ConfigurationOrigins.of(parsed.resolve(RESOLVE).root());
    } catch (ConfigException.IO e) {
      throw problem(whyUnreadable());
    } catch (ConfigException.UnresolvedSubstitution e) {
      throw problem(
          at(e.origin()) + detail(e) + "; set it, or write ${?NAME} where it may be missing");
    } catch (ConfigException e) {
      throw problem(at(e.origin()) + withoutQuotations(detail(e)));
    }
  }

  private Config parse() {
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false);
    return inline
        ? ConfigFactory.parseString(argument, options.setOriginDescription(flag))
        : ConfigFactory.parseFile(new File(argument), options);
  }

  private LaunchException problem(String problem) {
    return LaunchException.configuration(List.of(problem));
  }

  private boolean isBlank() {
    Path path = Path.of(argument);
    try {
      return !Files.isRegularFile(path) || Files.readString(path).isBlank();
    } catch (IOException e) {
      return false; // it was read before, so it has been replaced meanwhile
    }
  }

  private String whyUnreadable() {
    Path path = Path.of(argument);
    String why;
    if (Files.isDirectory(path)) {
      why = "is a directory";
    } else if (Files.exists(path)) {
      why = "cannot be read; check its permissions";
    } else if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      why = "is a link that leads nowhere";
    } else {
      why = "does not exist";
    }
    return "%s, given by %s, %s (working directory %s)"
        .formatted(argument, flag, why, Path.of("").toAbsolutePath());
  }

  private String at(@Nullable ConfigOrigin origin) {
    return origin == null ? argumentName() + ": " : ConfigurationOrigins.text(origin) + ": ";
  }

  private String argumentName() {
    return inline ? flag : argument;
  }

  /** The message without its own idea of the place, which comes first and ends in a colon. */
  private static String detail(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    ConfigOrigin origin = e.origin();
    String place = origin == null ? "" : origin.description() + ": ";
    return message.startsWith(place) ? message.substring(place.length()) : message;
  }

  private static String withoutQuotations(String message) {
    return QUOTATION.matcher(message).replaceAll("…");
  }
}
