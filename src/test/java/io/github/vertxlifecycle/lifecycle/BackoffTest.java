package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {

  @Test
  void eachPauseLiesBetweenTheHalfAndTheWholeOfItsCeiling() {
    for (int seed = 0; seed < 1_000; seed++) {
      Backoff backoff = new Backoff(new Random(seed));
      for (long ceiling : List.of(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L, 2_000L)) {
        assertThat(backoff.next().toMillis()).isBetween(ceiling / 2, ceiling);
      }
    }
  }

  @Test
  void aMinuteWithoutAServerHasFewTries() {
    List<Integer> tries = new ArrayList<>();
    for (int seed = 0; seed < 100; seed++) {
      Backoff backoff = new Backoff(new Random(seed));
      int count = 0;
      for (long millis = 0; millis < 60_000; millis += backoff.next().toMillis()) {
        count++;
      }
      tries.add(count);
    }
    assertThat(tries).allSatisfy(count -> assertThat(count).isBetween(30, 66));
  }
}
