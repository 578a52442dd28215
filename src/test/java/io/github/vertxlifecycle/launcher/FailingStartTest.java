package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a process says that fails somewhere between main and ready, and that it always ends. */
@Tag("integration")
final class FailingStartTest {

  private static final String THROWN =
      "java.lang.AssertionError: first second; caused by java.net.UnknownHostException: db.internal";

  private static final String INITIALIZER =
      "java.lang.NumberFormatException: For input string: \"many\"";

  private static AppProcess.Ended run(String where) throws InterruptedException {
    try (AppProcess app = new AppProcess.Command().mainClass(FailingApp.class).launch(where)) {
      return app.ends();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "constructor, 69",
    "components, 78",
    "supplier, 78",
    "configure, 78",
    "configSchema, 78"
  })
  void namesWhatWasThrownAndWhatItBeganWithOnOneLine(String where, int code)
      throws InterruptedException {
    AppProcess.Ended ended = run(where);

    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.err().lines().filter(line -> line.contains(THROWN))).hasSize(1);
    assertThat(ended.err()).doesNotContain("\tat ");
    assertThat(ended.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"initializer, 69", "initializer twice, 69", "component's initializer, 78"})
  void namesWhatAStaticInitializerThrew(String where, int code) throws InterruptedException {
    AppProcess.Ended ended = run(where);

    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.err()).contains(INITIALIZER).doesNotContain("library is missing", "\tat ");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void refusesAnApplicationThatIsNone() throws InterruptedException {
    AppProcess.Ended ended = run("nothing");

    assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
    assertThat(ended.err())
        .isEqualTo("The application could not be made: its supplier returned null\n");
  }

  @Test
  void endsAfterARecursionWithoutAnEnd() throws InterruptedException {
    AppProcess.Ended ended = run("recursion");

    assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
    assertThat(ended.err()).contains("components() threw java.lang.StackOverflowError");
  }

  @Test
  void rollsBackAfterAnErrorInAStep() throws InterruptedException {
    AppProcess.Ended ended = run("onStart");

    assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
    assertThat(ended.out())
        .contains("component \"part\" did not start: java.lang.AssertionError: first")
        .contains("exit code 69")
        .doesNotContain("CLEAN");
  }

  @ParameterizedTest
  @CsvSource({
    "file, java.nio.file.NoSuchFileException: /etc/links/signing.key",
    "host, java.net.UnknownHostException: db.internal"
  })
  void saysWhichExceptionItWasWhoseMessageIsOnlyAName(String where, String what)
      throws InterruptedException {
    AppProcess.Ended ended = run(where);

    assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
    assertThat(ended.out()).contains("component \"part\" did not start: " + what);
  }
}
