package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.github.vertxlifecycle.process.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the unit of the sample against what this launcher does, and against systemd's own view. */
@Tag("integration")
@Tag("linux")
final class SystemdUnitTest {

  private static final Path UNIT = Path.of("conf", "systemd", "links.service");

  /** Before that there is no {@code security --offline}, or some of the unit's keys are unknown. */
  private static final int SINCE = 252;

  @TempDir Path directory;

  private static String value(String key) throws IOException {
    return Files.readAllLines(UNIT).stream()
        .filter(line -> line.startsWith(key + "="))
        .reduce((one, next) -> next)
        .map(line -> line.substring(key.length() + 1))
        .orElseThrow();
  }

  private static Duration seconds(String key) throws IOException {
    return Duration.ofSeconds(Integer.parseInt(value(key).replaceFirst("s$", "")));
  }

  @Test
  void triesAgainButForWhatIsWrongTheNextTimeToo() throws IOException {
    assertThat(value("Restart")).isEqualTo("on-failure");
    assertThat(value("RestartPreventExitStatus"))
        .isEqualTo(ExitCode.USAGE.number() + " " + ExitCode.CONFIGURATION.number());
  }

  @Test
  void grantsMoreTimeThanTheApplicationTakes() throws IOException {
    var lifecycle = ConfigFactory.parseFile(new File("conf/app.conf")).getConfig("lifecycle");

    assertThat(seconds("TimeoutStopSec"))
        .isGreaterThan(lifecycle.getDuration("stopTimeout").plusSeconds(1));
    assertThat(seconds("TimeoutStartSec")).isGreaterThan(lifecycle.getDuration("startTimeout"));
  }

  @Test
  void isWhatSystemdUnderstandsAndExposesLittle() throws IOException, InterruptedException {
    int version = version();
    if (version < SINCE) {
      System.err.printf(
          "*** systemd-analyze is %s, of %s or later: %s was NOT VERIFIED ***%n",
          version == 0 ? "not here" : "of systemd " + version, SINCE, UNIT);
      return;
    }
    String java = JavaCommand.java().get(0);
    Path unit = directory.resolve(UNIT.getFileName());
    Files.writeString(unit, Files.readString(UNIT).replace("=/usr/bin/java ", "=" + java + " "));

    Path socket = directory.resolve("links.socket");
    Files.copy(UNIT.resolveSibling("links.socket"), socket);

    Ran verified = run("verify", unit.toString(), socket.toString());
    assertThat(verified.code()).as(verified.out()).isZero();
    assertThat(verified.out()).isEmpty();
    Ran secure = run("security", "--offline=true", "--threshold=15", unit.toString());
    assertThat(secure.code()).as(secure.out()).isZero();
  }

  private record Ran(int code, String out) {}

  private static int version() throws IOException, InterruptedException {
    try {
      Matcher first = Pattern.compile("systemd (\\d+)").matcher(run("--version").out());
      return first.find() ? Integer.parseInt(first.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private static Ran run(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("systemd-analyze");
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), out);
  }
}
