package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;

/**
 * What a stop should have been, in the style of AssertJ: {@code
 * assertThat(stop).isClean().stopped("http", before("postgres")).cutNothing()}.
 *
 * <p>A failure says what was expected and what to do, prints the report and the timeline of the
 * stop, and names the file that has its picture. Order and outcome are the same on a loaded machine
 * as on an idle one; only {@link #within} measures.
 */
public final class StopResultAssert extends AbstractAssert<StopResultAssert, StopResult> {

  private StopResultAssert(@Nullable StopResult actual) {
    super(actual, StopResultAssert.class);
  }

  /**
   * Begins.
   *
   * @param actual the stop
   * @return what it is to be
   */
  public static StopResultAssert assertThat(@Nullable StopResult actual) {
    return new StopResultAssert(actual);
  }

  /**
   * Where one component stands to others in the order of a stop.
   *
   * @param first whether it comes before them
   * @param others the names of the others
   */
  public record StopOrder(boolean first, List<String> others) {

    /**
     * Copies the list.
     *
     * @param first whether it comes before them
     * @param others the names of the others, copied
     */
    public StopOrder {
      others = List.copyOf(others);
    }
  }

  /**
   * A component has stopped before any of these began to drain.
   *
   * @param components the names of the others
   * @return for {@link #stopped(String, StopOrder)}
   */
  public static StopOrder before(String... components) {
    return new StopOrder(true, List.of(components));
  }

  /**
   * A component began to drain after all of these had stopped.
   *
   * @param components the names of the others
   * @return for {@link #stopped(String, StopOrder)}
   */
  public static StopOrder after(String... components) {
    return new StopOrder(false, List.of(components));
  }

  private AssertionError problem(String problem) {
    StopResult stop = actual;
    AssertionError error =
        failure("%s", stop == null ? problem : stop.explained(stop.application() + ": " + problem));
    Throwable cause = stop == null ? null : stop.cause();
    if (cause != null && error.getCause() == null) {
      error.initCause(cause);
    }
    return error;
  }

  private StopResult stop() {
    isNotNull();
    StopResult stop = actual;
    if (stop == null) {
      throw problem("there is no result of a stop");
    }
    return stop;
  }

  /**
   * Every component stopped clean: nothing was lost. None has said that it cannot go on.
   *
   * @return this
   */
  public StopResultAssert isClean() {
    if (!stop().isClean()) {
      throw problem("the stop should have been clean, and was %s".formatted(stop().outcome()));
    }
    return this;
  }

  /**
   * The outcome of the whole is this one.
   *
   * @param outcome the worst of all components'
   * @return this
   */
  public StopResultAssert hasOutcome(Outcome outcome) {
    if (stop().outcome() != outcome) {
      throw problem(
          "the stop should have been %s, and was %s".formatted(outcome, stop().outcome()));
    }
    return this;
  }

  /**
   * The outcome of one component is this one.
   *
   * @param component its name
   * @param outcome how it stopped
   * @return this
   */
  public StopResultAssert hasOutcome(String component, Outcome outcome) {
    Outcome its = timeline(component).outcome();
    if (its != outcome) {
      throw problem(
          "\"%s\" should have been %s, and %s"
              .formatted(component, outcome, its == null ? "has not stopped" : "was " + its));
    }
    return this;
  }

  /**
   * These components have stopped, however.
   *
   * @param components their names
   * @return this
   */
  public StopResultAssert stopped(String... components) {
    for (String component : components) {
      stoppedAt(component);
    }
    return this;
  }

  /**
   * A component has stopped, and did so before or after others: by its last moment and the first
   * moment of the other's drain, however close these are.
   *
   * @param component its name
   * @param order made by {@link #before} or {@link #after}
   * @return this
   */
  public StopResultAssert stopped(String component, StopOrder order) {
    for (String other : order.others()) {
      String first = order.first() ? component : other;
      String then = order.first() ? other : component;
      long ended = stoppedAt(first);
      stoppedAt(then);
      Long began = StopPromises.beginOfStop(timeline(then));
      if (began == null || began - ended < 0) {
        throw problem(
            "\"%s\" should have stopped before \"%s\" began to, and did not: nothing makes it wait. Declare .dependsOn(\"%s\") on \"%s\" if it uses that"
                .formatted(first, then, then, first));
      }
    }
    return this;
  }

  private ComponentTimeline timeline(String component) {
    try {
      return stop().timeline(component);
    } catch (IllegalArgumentException e) {
      throw problem(String.valueOf(e.getMessage()));
    }
  }

  private long stoppedAt(String component) {
    Long stopped = timeline(component).stopped();
    if (stopped == null) {
      throw problem("\"%s\" should have stopped, and has not".formatted(component));
    }
    return stopped;
  }

  /**
   * No work was in flight when its deadline passed.
   *
   * @return this
   */
  public StopResultAssert cutNothing() {
    if (!stop().cut().isEmpty()) {
      throw problem("nothing should have been cut, and this was: %s".formatted(stop().cut()));
    }
    return this;
  }

  /**
   * Work of a component was cut.
   *
   * @param component its name
   * @param work the beginning of the work's name
   * @return this
   */
  public StopResultAssert cut(String component, String work) {
    timeline(component);
    List<String> cut = stop().cut().getOrDefault(component, List.of());
    if (cut.stream().noneMatch(one -> one.startsWith(work))) {
      throw problem(
          "\"%s\" should have cut \"%s\", and cut %s"
              .formatted(component, work, cut.isEmpty() ? "nothing" : cut));
    }
    return this;
  }

  /**
   * No component was used when it was stopping or had stopped. Such a use is most often a
   * dependency that nobody declared.
   *
   * @return this
   */
  public StopResultAssert usedNothingLate() {
    List<LifecycleEvent.LateUse> late = stop().lateUses();
    if (!late.isEmpty()) {
      LifecycleEvent.LateUse first = late.get(0);
      throw problem(
          "nothing should have been used late, and \"%s\" was, by \"%s\": declare .dependsOn(\"%s\") on it, or track its work"
              .formatted(first.component(), first.user(), first.component()));
    }
    return this;
  }

  /**
   * What the toolkit promises of every stop held, however it ended: dependents stopped before what
   * they depend on; the budget; what was lost is named; no component that says it stopped clean
   * used anything late, or left a call of a fake unfinished.
   *
   * @return this
   */
  public StopResultAssert keptItsPromises() {
    List<String> broken = stop().brokenPromises();
    if (!broken.isEmpty()) {
      throw problem(String.join("\n", broken));
    }
    return this;
  }

  /**
   * The process of the launcher would have ended with this exit code, see {@link
   * StopResult#exitCode()}.
   *
   * @param code the exit code
   * @return this
   */
  public StopResultAssert hasExitCode(int code) {
    if (stop().exitCode() != code) {
      throw problem(
          "the exit code should have been %s, and was %s".formatted(code, stop().exitCode()));
    }
    return this;
  }

  /**
   * The stop took no longer than this. On a loaded machine any stop takes longer; order and outcome
   * are the better questions there.
   *
   * @param most the time, from the first moment of the stop to the last release
   * @return this
   */
  public StopResultAssert within(Duration most) {
    Duration took = stop().duration();
    if (took.compareTo(most) > 0) {
      throw problem(
          "the stop should have taken %s at most, and took %s; its critical path is %s"
              .formatted(
                  Durations.format(most),
                  Durations.format(took),
                  String.join(" → ", stop().report().criticalPath())));
    }
    return this;
  }
}
