package io.github.vertxlifecycle.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {

  @ParameterizedTest
  @ValueSource(strings = {"ns", "nano", "nanos", "nanosecond", "nanoseconds"})
  void readsNanoseconds(String unit) {
    assertThat(Durations.parse("3" + unit)).isEqualTo(Duration.ofNanos(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"us", "µs", "micro", "micros", "microsecond", "microseconds"})
  void readsMicroseconds(String unit) {
    assertThat(Durations.parse("3 " + unit)).isEqualTo(Duration.ofNanos(3_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ms", "milli", "millis", "millisecond", "milliseconds", "MS"})
  void readsMilliseconds(String unit) {
    assertThat(Durations.parse("3" + unit)).isEqualTo(Duration.ofMillis(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s", "second", "seconds", "Seconds"})
  void readsSeconds(String unit) {
    assertThat(Durations.parse("3  " + unit)).isEqualTo(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"m", "minute", "minutes"})
  void readsMinutes(String unit) {
    assertThat(Durations.parse("1.5" + unit)).isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @ValueSource(strings = {"h", "hour", "hours"})
  void readsHours(String unit) {
    assertThat(Durations.parse(" 2" + unit + " ")).isEqualTo(Duration.ofHours(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "day", "days"})
  void readsDays(String unit) {
    assertThat(Durations.parse("2" + unit)).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void takesANumberForMilliseconds() {
    assertThat(Durations.parse(250)).isEqualTo(Duration.ofMillis(250));
    assertThat(Durations.parse(2.5)).isEqualTo(Duration.ofNanos(2_500_000));
    assertThat(Durations.parse(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "s",
        "-1s",
        "+1s",
        "1 fortnight",
        "1s2",
        "1..5s",
        ".5s",
        "1.s",
        "1,5s",
        "NaN",
        "∞",
        "1e3",
        "0x10",
        "٣s",
        "1s 2ms"
      })
  void refusesNonsenseWithAnExampleOfSense(String nonsense) {
    assertThatThrownBy(() -> Durations.parse(nonsense))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"%s\" is not a duration; write 250ms, 25s or 2m (a bare number is ms)", nonsense);
  }

  @Test
  void refusesMoreThanAHundredYearsHoweverManyDigits() {
    assertThat(Durations.parse("36500d")).isEqualTo(Duration.ofDays(36_500));
    for (String tooLong : new String[] {"36500.1d", "9".repeat(400) + "d", "9".repeat(30) + "ns"}) {
      assertThatThrownBy(() -> Durations.parse(tooLong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("longer than a hundred years");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 ms",
    "499999,0 ms",
    "500000,1 ms",
    "12000000,12 ms",
    "999499999,999 ms",
    "999500000,1 s",
    "1250000000,1.25 s",
    "1500000000,1.5 s",
    "1994000000,1.99 s",
    "1999000000,2 s",
    "12340000000,12.3 s",
    "12360000000,12.4 s",
    "20000000000,20 s",
    "59940000000,59.9 s",
    "59999000000,1 min",
    "60000000000,1 min",
    "60400000000,1 min",
    "125000000000,2 min 5 s",
    "125900000000,2 min 6 s",
    "7200000000000,120 min"
  })
  void writesThreeDigitsRounded(long nanos, String text) {
    assertThat(Durations.format(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @Test
  void writesWhatIsLongerThanNanosecondsCount() {
    assertThat(Durations.format(Duration.ofDays(1_000_000))).isEqualTo("1440000000 min");
  }
}
