package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failure that can be neither logged nor told changes nothing but the words. */
@Tag("integration")
final class MuteFailureTest {

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "work, giveUpMutely, 75",
    "start, failMutely, 69",
    "start, throwMutely, 69",
    "drain, failMutely, 70",
    "drain, throwMutely, 70",
    "stop, failMutely, 70",
    "stop, throwMutely, 70"
  })
  void keepsCodeOrderAndReport(String step, String deed, int code)
      throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    try (AppProcess app =
        AppProcess.start(
            "{lifecycle { reportFile = \"%s\" }, script { a {}, b { dependsOn = [a], %s = %s } }}"
                .formatted(file, step, deed))) {
      boolean endsByItself = code != 70;
      AppProcess.Ended ended =
          endsByItself ? app.ends() : app.started().signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
      assertThat(ended.out())
          .containsSubsequence(step.equals("start") ? "b: start\n" : "b: stop\n", "a: stop\n")
          .contains(MuteException.class.getName())
          .doesNotContain("A task of");
    }
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getInteger("exitCode")).isEqualTo(code);
    assertThat(report.encode()).contains(MuteException.class.getName());
  }
}
