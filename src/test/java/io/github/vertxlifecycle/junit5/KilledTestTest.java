package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.process.JavaCommand;
import io.github.vertxlifecycle.rollout.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processes of a test whose JVM ends without closing them. */
@Tag("integration")
final class KilledTestTest {

  private static final long PATIENCE_SECONDS = 120;

  @TempDir Path temporary;

  private Process test;
  private ProcessHandle lingering;
  private ProcessHandle left;

  /** Starts a JVM that has inherited what a shell tells those in its background. */
  @BeforeEach
  void start() throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    command.addAll(JavaCommand.java());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(HoldProcesses.class.getName());
    test = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = test.inputReader(StandardCharsets.UTF_8);
    StringBuilder before = new StringBuilder();
    String line = output.readLine();
    while (line != null && !line.startsWith("UP ")) {
      before.append(line).append('\n');
      line = output.readLine();
    }
    assertThat(line).as(before.toString()).isNotNull();
    lingering = handle(line.split(" ", -1)[1]);
    left = handle(line.split(" ", -1)[2]);
  }

  @AfterEach
  void end() throws Exception {
    test.destroyForcibly();
    awaitEnd();
  }

  private static ProcessHandle handle(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private void awaitEnd() throws Exception {
    lingering.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    left.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    GuardedCommand.signal(name, List.of(Long.toString(process.pid())));
  }

  @Test
  void nothingStaysBehindWhenTheJvmIsKilled() throws Exception {
    test.destroyForcibly();

    awaitEnd();
    awaitNoFiles();
  }

  /** Of the system's own time: the guard deletes the files before it kills itself. */
  private void awaitNoFiles() throws Exception {
    Wait.until(
        Duration.ofSeconds(PATIENCE_SECONDS),
        () -> "files are left in " + temporary,
        () -> files().isEmpty());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(temporary)) {
      return all.filter(one -> one.getFileName().toString().startsWith("application")).toList();
    }
  }

  @Test
  void nothingStaysBehindWhenTheJvmIsKilledAndTheProcessIsHeld() throws Exception {
    signal("STOP", lingering);

    test.destroyForcibly();

    awaitEnd();
  }

  @Test
  void nothingStaysBehindWhenTheJvmExits() throws Exception {
    test.destroy();

    awaitEnd();
    awaitNoFiles();
  }

  /** Lingering only hears signals that it has not inherited as ignored. */
  @Test
  void signalsThatTheJvmIgnoresAreHeardByTheProcess() throws Exception {
    String ignored =
        Files.readAllLines(Path.of("/proc", Long.toString(lingering.pid()), "status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .substring("SigIgn:".length())
            .strip();

    assertThat(Long.parseUnsignedLong(ignored, 16) & 0b11).as("SIGHUP and SIGINT").isZero();
  }
}
