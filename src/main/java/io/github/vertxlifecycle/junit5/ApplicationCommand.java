package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.launcher.Main;
import io.vertx.core.Deployable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link ApplicationProcess} is to be started. Each start takes what was said by then; it
 * can be started more than once. Not thread-safe.
 */
public final class ApplicationCommand {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Class<?> main;
  private final @Nullable Class<?> verticle;
  private final List<String> jvm = new ArrayList<>();
  private final List<String> flags = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private @Nullable Path configFile;
  private String config = "";
  private String classPath = System.getProperty("java.class.path", "");
  private Duration patience = PATIENCE;

  private ApplicationCommand(Class<?> main, @Nullable Class<?> verticle) {
    this.main = main;
    this.verticle = verticle;
  }

  static ApplicationCommand ofVerticle(Class<? extends Deployable> verticle) {
    return new ApplicationCommand(Main.class, verticle);
  }

  static ApplicationCommand ofMain(Class<?> main) {
    return new ApplicationCommand(main, null);
  }

  /**
   * The configuration. What is said here comes before what a {@link #configFile} says, key by key,
   * and {@code lifecycle.reportFile} is the test kit's.
   *
   * @param hocon JSON or HOCON; in place of what was said before
   * @return this
   */
  public ApplicationCommand config(String hocon) {
    config = hocon;
    return this;
  }

  /**
   * A file with the configuration, that of production perhaps.
   *
   * @param file JSON or HOCON
   * @return this
   */
  public ApplicationCommand configFile(Path file) {
    configFile = file.toAbsolutePath();
    return this;
  }

  /**
   * Flags of the JVM, after those that make a JVM start quickly, which they can undo.
   *
   * @param more {@code -Xmx64m}, say; in addition to earlier ones
   * @return this
   */
  public ApplicationCommand jvm(String... more) {
    jvm.addAll(List.of(more));
    return this;
  }

  /**
   * Flags of the launcher, other than {@code -conf}.
   *
   * @param more {@code -cluster}, say; in addition to earlier ones
   * @return this
   */
  public ApplicationCommand flags(String... more) {
    flags.addAll(List.of(more));
    return this;
  }

  /**
   * An environment variable, beside those of this process.
   *
   * @param name its name
   * @param value its value
   * @return this
   */
  public ApplicationCommand environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /**
   * Has the process find classes and files here before it finds them where the test does: a {@code
   * logback.xml}, say.
   *
   * @param entry a directory or a jar; before earlier ones
   * @return this
   */
  public ApplicationCommand classPathBegins(Path entry) {
    classPath = entry.toAbsolutePath() + File.pathSeparator + classPath;
    return this;
  }

  /**
   * How long each wait of the process may take, two minutes by default. A test that passes never
   * waits for long.
   *
   * @param limit an upper bound for a machine that is very busy
   * @return this
   */
  public ApplicationCommand patience(Duration limit) {
    patience = limit;
    return this;
  }

  /**
   * Starts the process; does not wait until the application runs.
   *
   * @return the process, to be closed
   * @throws UncheckedIOException if it cannot be started here
   */
  public ApplicationProcess start() {
    try {
      Path directory = Files.createTempDirectory("application");
      try {
        ProcessBuilder builder = GuardedCommand.of(directory, words(directory));
        builder.environment().putAll(environment);
        Class<?> application = verticle == null ? main : verticle;
        return new ApplicationProcess(
            application.getSimpleName(), builder.start(), directory, patience);
      } catch (IOException e) {
        ApplicationProcess.delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> words(Path directory) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    // Netty loads libraries of its own; without the first flag JDK 24 and later warn about that
    words.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dvertx.cacheDirBase=" + directory.resolve("vertx-cache")));
    words.addAll(jvm);
    words.addAll(List.of("-cp", classPath, main.getName()));
    words.addAll(List.of("-conf", configuration(directory).toString()));
    words.addAll(flags);
    if (verticle != null) {
      words.add(verticle.getName());
    }
    return words;
  }

  /** A file for each author, so that a message of the launcher names place and line. */
  private Path configuration(Path directory) throws IOException {
    StringBuilder whole = new StringBuilder();
    if (configFile != null) {
      include(whole, configFile);
    }
    if (!config.isBlank()) {
      include(whole, Files.writeString(directory.resolve("test.conf"), config));
    }
    whole
        .append("lifecycle.reportFile = ")
        .append(quoted(ApplicationProcess.reportFile(directory)))
        .append('\n');
    return Files.writeString(directory.resolve("application.conf"), whole);
  }

  private static void include(StringBuilder whole, Path file) {
    whole.append("include required(file(").append(quoted(file)).append("))\n");
  }

  private static String quoted(Path file) {
    return '"' + file.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
