package io.github.vertxlifecycle.rollout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for other processes, which tell nobody. */
public final class Wait {

  private static final int STEP_MILLIS = 20;

  private Wait() {}

  /** Asked again and again. */
  public interface Question {
    /** Whether it has become so. */
    boolean isSo() throws IOException;
  }

  /**
   * Asks again and again.
   *
   * @param reproach the message when it has not become so in time
   */
  public static void until(Duration atMost, Supplier<String> reproach, Question question)
      throws IOException, InterruptedException {
    long giveUp = System.nanoTime() + atMost.toNanos();
    while (!question.isSo()) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException(reproach.get());
      }
      TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
    }
  }
}
