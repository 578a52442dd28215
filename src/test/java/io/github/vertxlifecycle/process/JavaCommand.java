package io.github.vertxlifecycle.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of every command line that starts a JVM: the tests and the measures take it from
 * here, so that all their processes are as quiet on a new JDK as on an old one.
 */
public final class JavaCommand {

  /** Netty loads libraries of its own; without this flag JDK 24 and later warn about that. */
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  private JavaCommand() {}

  /**
   * The JDK that runs this.
   *
   * @return a new list; the caller adds flags, class path, main class and arguments
   */
  public static List<String> java() {
    return java(Path.of(System.getProperty("java.home")));
  }

  /**
   * Another JDK.
   *
   * @param home its folder
   * @return a new list; the caller adds flags, class path, main class and arguments
   */
  public static List<String> java(Path home) {
    return new ArrayList<>(List.of(home.resolve("bin").resolve("java").toString(), NATIVE_ACCESS));
  }
}
