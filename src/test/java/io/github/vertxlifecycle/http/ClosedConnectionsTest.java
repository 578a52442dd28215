package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.vertx.LateWatch;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection that has closed is not kept by what was to look at it once more. */
@Tag("integration")
final class ClosedConnectionsTest {

  private static final int NOTHING_IS_SCHEDULED = -1;

  private static void assertThatNothingIsScheduled(EmbeddedChannel channel) {
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NOTHING_IS_SCHEDULED);
  }

  private static void assertThatALookIsScheduled(EmbeddedChannel channel) {
    assertThat(channel.runScheduledPendingTasks()).isPositive();
  }

  @Test
  void aWatchEndsWithItsConnection() {
    EmbeddedChannel channel = new EmbeddedChannel();
    LateWatch watch = new LateWatch(channel, Duration.ofMinutes(1).toNanos(), now -> 0);
    watch.begin();
    assertThatALookIsScheduled(channel);
    channel.close().syncUninterruptibly();
    assertThatNothingIsScheduled(channel);
  }

  @Test
  void aReadTimerEndsWithItsConnection() {
    ReadTimer timer = new ReadTimer(HttpOptions.DEFAULT.limits(), Duration.ofSeconds(1));
    EmbeddedChannel channel = new EmbeddedChannel(timer);
    channel.writeInbound(Unpooled.copiedBuffer("GET", StandardCharsets.US_ASCII));
    assertThatALookIsScheduled(channel);
    channel.close().syncUninterruptibly();
    assertThatNothingIsScheduled(channel);
  }

  @Test
  void aReadTimerThatIsReplacedLooksNoMore() {
    ReadTimer timer = new ReadTimer(HttpOptions.DEFAULT.limits(), Duration.ofSeconds(1));
    EmbeddedChannel channel = new EmbeddedChannel(timer);
    channel.writeInbound(Unpooled.copiedBuffer("GET", StandardCharsets.US_ASCII));
    channel.pipeline().remove(timer);
    assertThatNothingIsScheduled(channel);
  }
}
