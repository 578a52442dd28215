package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logging libraries that would end in a shutdown hook of their own, beside a stop in another. */
@Tag("integration")
final class LoggingLibraryTest {

  private static final String JUL = "org.slf4j.jul.JULServiceProvider";
  private static final String LOG4J = "org.apache.logging.slf4j.SLF4JServiceProvider";

  /** Where the build puts them. */
  private static final Path LIBRARIES = Path.of("target", "logging");

  private static String libraries;

  @TempDir Path dir;

  @BeforeAll
  static void findLibraries() throws IOException {
    try (Stream<Path> jars = Files.list(LIBRARIES)) {
      libraries = jars.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static AppProcess start(String provider, String conf) {
    return new AppProcess.Command()
        .classPathBegins(libraries)
        .jvm("-Dslf4j.provider=" + provider)
        .jvm("-Dlog4j2.level=INFO")
        .launch("-conf", conf, ScriptedApp.class.getName());
  }

  private static String log(AppProcess.Ended ended) {
    return ended.out() + ended.err();
  }

  private static AppProcess started(String provider, AppProcess app) {
    return provider.equals(JUL) ? app.complains("Started in ") : app.says("Started in ");
  }

  @ParameterizedTest
  @ValueSource(strings = {JUL, LOG4J})
  void everyLineOfTheStopOfASystemExitIsWritten(String provider) throws InterruptedException {
    try (AppProcess app =
        start(provider, "{script { a {}, b { dependsOn = [a], work = exit } }}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(3);
      assertThat(log(ended))
          .containsSubsequence(
              "Stopping: the JVM shuts down",
              "b: stopped in",
              "a: stopped in",
              "Stopped in",
              "Stopped (the JVM shuts down): CLEAN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JUL, LOG4J})
  void everyLineOfTheStopOfASignalIsWritten(String provider) throws InterruptedException {
    try (AppProcess app = start(provider, "{script { a { work = never } }, a.drainTimeout = 2s}")) {
      started(provider, app).kill("HUP");
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      assertThat(log(ended))
          .containsSubsequence("Stopping: SIGHUP", "a: stopped CUT", "Stopped (SIGHUP): CUT");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JUL, LOG4J})
  void fieldsDoNotStandInFrontOfAMessage(String provider) throws InterruptedException {
    try (AppProcess app = start(provider, "{script { a { work = close } }}")) {
      assertThat(log(app.ends())).contains("Stopped in ").doesNotContain("epochMs");
    }
  }
}
