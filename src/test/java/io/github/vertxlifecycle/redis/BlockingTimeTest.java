package io.github.vertxlifecycle.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long commands block, read from their arguments. */
@Tag("integration") // by what it stands next to
final class BlockingTimeTest {

  private static Duration of(Command command, Object... arguments) {
    Request request = Request.cmd(command);
    for (Object one : arguments) {
      request.arg(one.toString());
    }
    return BlockingTime.of(List.of(request));
  }

  @Test
  void theTimeIsWhereTheCommandHasIt() {
    assertThat(of(Command.GET, "5")).isZero();
    assertThat(of(Command.BLPOP, "a", "b", 5)).isEqualTo(Duration.ofSeconds(5));
    assertThat(of(Command.BZPOPMIN, "a", "0.25")).isEqualTo(Duration.ofMillis(250));
    assertThat(of(Command.BLMOVE, "a", "b", "LEFT", "LEFT", 2)).isEqualTo(Duration.ofSeconds(2));
    assertThat(of(Command.BLMPOP, 3, 1, "a", "LEFT")).isEqualTo(Duration.ofSeconds(3));
    assertThat(of(Command.BZMPOP, 4, 1, "a", "MIN")).isEqualTo(Duration.ofSeconds(4));
    assertThat(of(Command.WAIT, 1, 1500)).isEqualTo(Duration.ofMillis(1500));
    assertThat(of(Command.XREAD, "COUNT", 1, "block", 700, "STREAMS", "s", "$"))
        .isEqualTo(Duration.ofMillis(700));
    assertThat(of(Command.XREAD, "STREAMS", "BLOCK", "0")).isZero();
  }

  @Test
  void zeroIsForEver() {
    assertThat(of(Command.BLPOP, "a", 0)).isNull();
    assertThat(of(Command.XREADGROUP, "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "s", ">")).isNull();
  }

  @Test
  void aBatchTakesTheTimeOfAllItsCommands() {
    Request blocking = Request.cmd(Command.BLPOP).arg("a").arg(2);

    assertThat(BlockingTime.of(List.of(blocking, Request.cmd(Command.PING), blocking)))
        .isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void whatTheServerRefusesTakesNoTime() {
    assertThat(of(Command.BLPOP, "a", "soon")).isZero();
    assertThat(of(Command.BLPOP, "a", "1e30")).isNull();
    assertThat(of(Command.XREAD, "BLOCK")).isZero();
  }
}
