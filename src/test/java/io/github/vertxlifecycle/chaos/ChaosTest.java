package io.github.vertxlifecycle.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rounds of {@link Chaos} that every build plays: one of each fault that can be made quickly.
 */
@Tag("integration")
final class ChaosTest {

  private static final long SEED = 20_260_101;

  /** For a machine that is busy with other things; the exact limit is for {@code make chaos}. */
  private static final Duration SLACK = Duration.ofSeconds(20);

  @TempDir static Path directory;

  private static Chaos chaos;

  @BeforeAll
  static void start() throws Exception {
    chaos = new Chaos(directory, SEED, SLACK);
  }

  @AfterAll
  static void stop() throws IOException {
    chaos.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {
        "SIGTERM",
        "SIGNAL_DURING_START",
        "START_UNDER_WAY",
        "BLOCKED_DRAIN",
        "NESTED_VERTICLE",
        "SIGINT_TWICE",
        "SIGNAL_REPEATED",
        "OUTPUT_UNREAD",
        "KILL",
        "SUSPENDED",
        "POSTGRES_KILLED",
        "REDIS_SUSPENDED",
        "CONNECTIONS_CUT",
        "CONNECTIONS_HALF_OPEN",
        "HANDLER_BLOCKS",
        "CLIENTS_VANISH",
        "CLIENTS_STALL_IN_BODY"
      })
  void theWorldIsAsPromisedAfter(Fault fault) throws Exception {
    Round.Result result = chaos.play(fault, SEED);
    assertThat(result.broken()).as(result.toString()).isEmpty();
  }
}
