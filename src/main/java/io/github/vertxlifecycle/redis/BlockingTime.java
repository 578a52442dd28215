package io.github.vertxlifecycle.redis;

import io.github.vertxlifecycle.vertx.RedisClients;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long commands ask the server to wait before it answers. */
final class BlockingTime {

  private static final double NANOS = 1e9;
  private static final double LONGEST_SECONDS = 3e9; // about a hundred years

  private BlockingTime() {}

  /**
   * The time that commands may block, one after the other.
   *
   * @return zero if none of them blocks; null if one may block for ever
   */
  static @Nullable Duration of(List<Request> commands) {
    Duration all = Duration.ZERO;
    for (Request one : commands) {
      Duration wait = of(one);
      if (wait == null) {
        return null;
      }
      all = all.plus(wait);
    }
    return all;
  }

  private static @Nullable Duration of(Request command) {
    return switch (CommandName.upperCase(command.command())) {
      case "BLPOP", "BRPOP", "BRPOPLPUSH", "BLMOVE", "BZPOPMIN", "BZPOPMAX" ->
          seconds(RedisClients.arguments(command), -1);
      case "BLMPOP", "BZMPOP" -> seconds(RedisClients.arguments(command), 0);
      case "WAIT", "WAITAOF" -> millis(RedisClients.arguments(command), -1);
      case "XREAD", "XREADGROUP" -> block(RedisClients.arguments(command));
      default -> Duration.ZERO;
    };
  }

  private static @Nullable Duration block(List<byte[]> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String text = text(arguments.get(i));
      if (text.equalsIgnoreCase("STREAMS")) {
        break; // the names of streams follow
      }
      if (text.equalsIgnoreCase("BLOCK")) {
        return millis(arguments, i + 1);
      }
    }
    return Duration.ZERO;
  }

  private static @Nullable Duration millis(List<byte[]> arguments, int at) {
    return time(arguments, at, 1e-3);
  }

  private static @Nullable Duration seconds(List<byte[]> arguments, int at) {
    return time(arguments, at, 1);
  }

  /** A server refuses what is no number, at once. */
  private static @Nullable Duration time(List<byte[]> arguments, int at, double unit) {
    int index = at < 0 ? arguments.size() + at : at;
    if (index < 0 || index >= arguments.size()) {
      return Duration.ZERO;
    }
    try {
      double seconds = Double.parseDouble(text(arguments.get(index))) * unit;
      return seconds == 0 || seconds > LONGEST_SECONDS
          ? null
          : Duration.ofNanos((long) (Math.max(0, seconds) * NANOS));
    } catch (NumberFormatException e) {
      return Duration.ZERO;
    }
  }

  private static String text(byte[] argument) {
    return new String(argument, StandardCharsets.ISO_8859_1);
  }
}
