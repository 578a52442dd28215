package io.github.vertxlifecycle.lifecycle;

/**
 * Plays schedules by the thousand. A failure names its seed, the smallest graph on which that seed
 * still fails, and everything that happened.
 *
 * <p>Seeds and a shrinker of our own, not a library of properties: those that exist are built on an
 * older test platform than ours.
 */
public final class Schedules {

  private static final int MOST_COMPONENTS = 14;

  private Schedules() {}

  /**
   * Plays some schedules.
   *
   * @param arguments the first seed and how many; by default 1 and 100,000
   */
  public static void main(String[] arguments) {
    long first = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    long began = System.nanoTime();
    play(first, count);
    System.out.printf(
        "%,d schedules from seed %d on a manual clock: every property holds, %.1f s%n",
        count, first, (System.nanoTime() - began) / 1e9);
  }

  /** Plays schedules of consecutive seeds. */
  static void play(long first, int count) {
    for (long seed = first; seed < first + count; seed++) {
      Throwable failure = failure(seed, MOST_COMPONENTS);
      if (failure != null) {
        throw smallest(seed, failure);
      }
    }
  }

  private static Throwable failure(long seed, int mostComponents) {
    Schedule schedule = new Schedule(seed, mostComponents);
    try {
      ScheduleProperties.check(schedule, schedule.play());
      return null;
    } catch (RuntimeException | AssertionError e) {
      return new AssertionError(
          "seed %d, at most %d components: %s%n%s"
              .formatted(seed, mostComponents, e, schedule.script()),
          e);
    }
  }

  private static AssertionError smallest(long seed, Throwable failure) {
    for (int most = 1; most < MOST_COMPONENTS; most++) {
      Throwable smaller = failure(seed, most);
      if (smaller != null) {
        return new AssertionError(smaller.getMessage(), smaller.getCause());
      }
    }
    return new AssertionError(failure.getMessage(), failure.getCause());
  }
}
