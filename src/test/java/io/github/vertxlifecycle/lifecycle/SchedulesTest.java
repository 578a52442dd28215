package io.github.vertxlifecycle.lifecycle;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The part of {@link Schedules} that every build plays. */
@Tag("slow")
final class SchedulesTest {

  @Test
  void everyPropertyHoldsOnEverySchedule() {
    Schedules.play(1, 20_000);
  }
}
