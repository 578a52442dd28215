package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short one; {@code make rolling} runs ten rounds. */
@Tag("integration")
final class RollingRestartTest {

  private static final int ROUNDS = Integer.getInteger("rolling.rounds", 3);

  @TempDir Path directory;

  @Test
  void noRequestFailsOrTimesOut() throws Exception {
    RollingRestart.Counted counted = RollingRestart.run(directory, ROUNDS, false, "3s");

    assertThat(counted.failures()).isEmpty();
    assertThat(counted.answered()).isEqualTo(counted.asked()).isGreaterThan(ROUNDS * 100);
  }
}
