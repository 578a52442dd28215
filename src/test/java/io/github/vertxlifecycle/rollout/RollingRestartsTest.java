package io.github.vertxlifecycle.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A few of the restarts that {@code make rollout} counts. Needs the proxies: see {@link ProxyKind}.
 */
@Tag("integration")
@Tag("linux")
final class RollingRestartsTest {

  private static final int RESTARTS = 2;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void noClientOfTheProxySeesAnError(ProxyKind proxy) throws Exception {
    RolloutFigures figures =
        new RollingRestarts(proxy, ServiceKind.OURS, proxy.announceDelay, directory).run(RESTARTS);

    assertThat(figures.failed()).as(figures.details()).isZero();
    assertThat(figures.answered()).isPositive();
    assertThat(figures.exitCodes()).containsExactly(0);
  }
}
