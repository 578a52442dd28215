package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ExitCodeTest {

  @Test
  void theReadmeListsEveryCodeThatThereIs() throws IOException {
    Set<Integer> codes = new TreeSet<>();
    for (ExitCode code : ExitCode.values()) {
      codes.add(code.number());
    }
    for (StopSignal signal : StopSignal.values()) {
      codes.add(signal.exitCode());
    }
    String readme = Files.readString(Path.of("README.md"));
    Set<Integer> listed = new TreeSet<>();
    Matcher rows =
        Pattern.compile("(?m)^\\| ([0-9][0-9, ]*) \\|")
            .matcher(readme.substring(readme.indexOf("| exit code | meaning |")));
    while (rows.find()) {
      for (String number : List.of(rows.group(1).split(", "))) {
        listed.add(Integer.valueOf(number.strip()));
      }
    }
    assertThat(listed).isEqualTo(codes);
  }
}
