package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands on standard output beside the lines of the log: tables for people, or nothing. */
@Tag("integration")
final class ConsoleTest {

  private static final String START_TABLE = "  component  state ";
  private static final String STOP_TABLE = "  component  outcome ";

  @TempDir Path dir;

  private String conf(String console) {
    return "{lifecycle.console = %s, script { a { file = \"%s\", work = close } }}"
        .formatted(console, dir.resolve("said"));
  }

  private static AppProcess.Ended run(AppProcess.Command command, String conf)
      throws InterruptedException {
    try (AppProcess app = command.launch("-conf", conf, ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
      return ended;
    }
  }

  @Test
  void thereAreNoTablesInAPipe() throws InterruptedException {
    AppProcess.Ended ended = run(new AppProcess.Command(), conf("auto"));

    assertThat(ended.out())
        .doesNotContain(START_TABLE, STOP_TABLE)
        .contains(" - Stopped (Vertx.close()): CLEAN in ", ", exit code 0");
  }

  @Test
  void thereAreTablesOnATerminal() throws IOException, InterruptedException {
    Path file = Files.writeString(dir.resolve("app.conf"), conf("auto"));
    AppProcess.Ended ended = run(new AppProcess.Command().onATerminal(), file.toString());

    assertThat(ended.out()).contains(START_TABLE, STOP_TABLE, "Stopped (Vertx.close()): CLEAN");
  }

  @Test
  void thereAreNoTablesOnATerminalIfNobodyWantsThem() throws IOException, InterruptedException {
    Path file = Files.writeString(dir.resolve("app.conf"), conf("off"));
    AppProcess.Ended ended = run(new AppProcess.Command().onATerminal(), file.toString());

    assertThat(ended.out())
        .doesNotContain(START_TABLE, STOP_TABLE)
        .contains("Stopped (Vertx.close()): CLEAN");
  }

  @Test
  void thereAreTablesInAPipeIfSomebodyWantsThem() throws InterruptedException {
    AppProcess.Ended ended = run(new AppProcess.Command(), conf("on"));

    assertThat(ended.out()).contains(START_TABLE, STOP_TABLE).containsOnlyOnce("Stopped (");
  }

  @Test
  void oneSettingMakesEveryLineJsonAndTheReportAnEventWithFields() throws InterruptedException {
    AppProcess.Ended ended =
        run(new AppProcess.Command().environment(Map.of("LOG_FORMAT", "json")), conf("auto"));

    List<JsonObject> lines = ended.out().lines().map(JsonObject::new).toList();
    assertThat(fields(lines.get(lines.size() - 1)))
        .containsEntry("reason", "Vertx.close()")
        .containsEntry("exitCode", "0")
        .containsEntry("outcome", "CLEAN")
        .containsEntry("criticalPath", "[\"a\"]")
        .containsKeys("durationMs", "components");
    assertThat(lines.stream().map(ConsoleTest::fields))
        .anySatisfy(
            fields ->
                assertThat(fields)
                    .containsEntry("type", "ComponentStopped")
                    .containsEntry("component", "a")
                    .containsEntry("outcome", "CLEAN"));
  }

  private static Map<String, String> fields(JsonObject line) {
    return line.getJsonArray("kvpList", new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .flatMap(JsonObject::stream)
        .collect(Collectors.toMap(Map.Entry::getKey, field -> field.getValue().toString()));
  }

  @Test
  void aFormatThatIsNotKnownLosesNoLine() throws InterruptedException {
    AppProcess.Ended ended =
        run(new AppProcess.Command().environment(Map.of("LOG_FORMAT", "logfmt")), conf("auto"));

    assertThat(ended.out()).contains("Z INFO  i.g.vertxlifecycle - Stopped in ");
  }

  @Test
  void anotherWordIsAProblemOfTheConfiguration() throws InterruptedException {
    try (AppProcess app = AppProcess.start(conf("maybe"))) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
      assertThat(ended.err()).contains("lifecycle.console: must be auto, on or off, not \"maybe\"");
    }
  }
}
