package io.github.vertxlifecycle.junit5;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is played in rounds: each starts the application anew, makes load, and has it stopped
 * at another moment, with another fault. The moments and faults come from a seed.
 *
 * <pre>{@code
 * @RegisterExtension
 * final LifecycleExtension app = LifecycleExtension.of(NotesApp::new).providing("mail", Mail.class, mail);
 *
 * @StopAtRandomMoments(rounds = 50)
 * void loseNoNote(RandomStop stop, WebClient client) {
 *   StopLoad<String> notes =
 *       stop.load(8, n -> "note " + n, note -> client.post("/notes").sendBuffer(Buffer.buffer(note)));
 *   stop.await();
 *   notes.requireIn(store.notes());
 * }
 * }</pre>
 *
 * <p>A failure names the round, its seed and its fault. That seed alone runs again, in a debugger
 * perhaps, with {@code rounds = 1} and that {@link #seed}, or with {@code
 * -Dvertx-lifecycle.seed=…}. The same seed is the same fault in the same component, and the same
 * number of requests before it; what the machine makes of that may differ, as it does in life.
 *
 * <p>The application is that of a {@link LifecycleExtension} in an instance field, or of a {@link
 * LifecycleTest} with {@code perTest}: each round has one of its own. From JUnit 5.13 on.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(RandomStopRounds.class)
public @interface StopAtRandomMoments {

  /**
   * How often.
   *
   * @return 1 or more
   */
  int rounds() default 50;

  /**
   * The seed of the first round; each other's is one more.
   *
   * @return the seed; 0 for another one in each run, which a failure names
   */
  long seed() default 0;

  /**
   * After so many rounds that have failed the rest is not played: one mistake fails most rounds.
   *
   * @return 1 or more
   */
  int failureThreshold() default 1;

  /**
   * What may go wrong beside the stop. Each round has one of these. {@link
   * RandomFault#ENDLESS_RELEASE} is not among the default ones, since it takes long.
   *
   * @return the faults, one at least
   */
  RandomFault[] faults() default {
    RandomFault.NONE,
    RandomFault.SLOW_STEP,
    RandomFault.FAILING_STEP,
    RandomFault.BLOCKED_THREAD,
    RandomFault.SLOW_ANSWERS,
    RandomFault.SECOND_SIGNAL
  };
}
