package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is left to be loaded when the signal comes, counted instead of timed. Without a warm-up it
 * is more than a hundred classes and lambdas of this library, and as many of Vert.x.
 */
@Timeout(300)
@Tag("integration")
final class WarmUpTest {

  private static final String CONF =
      "{http: {host: 127.0.0.1, port: 0}, management: {port: 0}, lifecycle: {stopTimeout: 60s}}";

  /** Where a class that stands for a lambda comes from is the class with the lambda. */
  private static final String OURS = "io.github.vertxlifecycle.";

  private static final int LEFT_OF_OURS = 15;
  private static final int LEFT_OF_ALL = 90;

  private static AppProcess warmedUp(String... flags) {
    AppProcess.Command command = new AppProcess.Command();
    command.jvm("-Dlogback.configurationFile=warm-up.xml");
    for (String flag : flags) {
      command.jvm(flag);
    }
    return command
        .launch("-conf", CONF, ServingApp.class.getName())
        .says("The classes of a stop are loaded");
  }

  @Test
  void aStopFindsItsClassesLoaded(@TempDir Path directory) throws Exception {
    Path loaded = directory.resolve("loaded");
    try (AppProcess app = warmedUp("-Xlog:class+load=info:file=" + loaded)) {
      int before = lines(loaded).size();
      assertThat(app.signal(StopSignal.TERM).ends().code()).as(app.toString()).isZero();
      List<String> late = lines(loaded).subList(before, lines(loaded).size());
      assertThat(before).as("classes before the signal").isGreaterThan(LEFT_OF_ALL);
      assertThat(late.stream().filter(line -> line.contains(OURS)).toList())
          .as("classes of ours loaded after the signal")
          .hasSizeLessThan(LEFT_OF_OURS);
      assertThat(late).as("classes loaded after the signal").hasSizeLessThan(LEFT_OF_ALL);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  @Test
  void nobodyHearsOfIt() throws Exception {
    try (AppProcess app = warmedUp()) {
      AppProcess.Ended ended = app.signal(StopSignal.TERM).ends();
      assertThat(ended.code()).as(app.toString()).isZero();
      assertThat(ended.err()).isEmpty();
      for (String once :
          List.of("listening on", "Management on", "Started in", "Stopping: ", "Stopped (")) {
        assertThat(ended.out()).as(once).containsOnlyOnce(once);
      }
      assertThat(ended.out()).doesNotContain("stand-in", "bottom", "WARN", "ERROR");
    }
  }
}
