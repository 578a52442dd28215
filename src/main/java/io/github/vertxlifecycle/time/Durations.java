package io.github.vertxlifecycle.time;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write and read them: {@code 25s}, {@code 250ms}, {@code 1.5 minutes}. */
public final class Durations {

  private static final Pattern TEXT = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([a-zA-Zµ]*)");
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final BigDecimal LONGEST_NANOS =
      BigDecimal.valueOf(Duration.ofDays(36500).toNanos());

  private Durations() {}

  /**
   * Reads a duration. The units are those of HOCON: ns, us, ms, s, m, h, d, and their full words; a
   * number without a unit is milliseconds.
   *
   * @param value a string or a number
   * @return the duration, never negative
   * @throws IllegalArgumentException if the value is no duration; the message shows some that are
   */
  public static Duration parse(Object value) {
    Matcher matcher = TEXT.matcher(value.toString().trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(notOne(value));
    }
    BigDecimal nanos =
        new BigDecimal(matcher.group(1))
            .multiply(BigDecimal.valueOf(unit(value, matcher.group(2))));
    if (nanos.compareTo(LONGEST_NANOS) > 0) {
      throw new IllegalArgumentException("\"" + value + "\" is longer than a hundred years");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  private static long unit(Object value, String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "ns", "nano", "nanos", "nanosecond", "nanoseconds" -> 1L;
      case "us", "µs", "micro", "micros", "microsecond", "microseconds" -> 1_000L;
      case "", "ms", "milli", "millis", "millisecond", "milliseconds" -> 1_000_000L;
      case "s", "second", "seconds" -> 1_000_000_000L;
      case "m", "minute", "minutes" -> 60_000_000_000L;
      case "h", "hour", "hours" -> 3_600_000_000_000L;
      case "d", "day", "days" -> 86_400_000_000_000L;
      default -> throw new IllegalArgumentException(notOne(value));
    };
  }

  private static String notOne(Object value) {
    return "\"" + value + "\" is not a duration; write 250ms, 25s or 2m (a bare number is ms)";
  }

  /**
   * Writes a duration for a reader: three digits are enough.
   *
   * @param duration what to write
   * @return for example {@code 12 ms}, {@code 1.25 s}, {@code 2 min 5 s}
   */
  public static String format(Duration duration) {
    long millis = duration.plusNanos(500_000).toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      BigDecimal seconds = BigDecimal.valueOf(millis, 3).round(THREE_DIGITS);
      return seconds.stripTrailingZeros().toPlainString() + " s";
    }
    long seconds = (millis + 500) / 1_000;
    return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
  }
}
