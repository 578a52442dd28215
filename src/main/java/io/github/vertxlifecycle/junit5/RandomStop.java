package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The stop of one round of {@link StopAtRandomMoments}, a parameter of the test: {@link #load}
 * makes load, {@link #await} has the stop come in the midst of it. For the thread of the test.
 */
public final class RandomStop {

  /** How many requests are sent before the stop, at most. */
  private static final int MOST_REQUESTS = 200;

  /** How long after the last of them the stop comes, at most. */
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** A load that does not come so far in this time is stopped all the same. */
  private static final long LONGEST_MILLIS = 2_000;

  /** A stop may exceed its budget by this on a machine that is busy with other things. */
  private static final long SLACK_SECONDS = 10;

  private final long seed;
  private final List<RandomFault> faults;
  private final Random random;
  private final int requests;
  private final long delayNanos;
  private final CountDownLatch untilStop;
  private final List<StopLoad<?>> loads = new ArrayList<>();
  private @Nullable TestApplication application;
  private volatile @Nullable RoundFault fault;
  private @Nullable Context clients;
  private @Nullable StopResult result;
  private boolean timedOut;

  /**
   * Prepares a round.
   *
   * @param seed says the moment and the fault
   * @param faults one of these
   */
  RandomStop(long seed, List<RandomFault> faults) {
    this.seed = seed;
    this.faults = faults;
    this.random = new Random(new Random(seed).nextLong()); // neighbours begin alike
    this.requests = random.nextInt(MOST_REQUESTS);
    this.delayNanos = random.nextLong(MOST_NANOS);
    this.untilStop = new CountDownLatch(requests);
  }

  /** For the application that is about to start; the fault is picked once it runs. */
  StepInterceptor interceptor() {
    return (component, step, code) -> {
      RoundFault now = fault;
      return now == null ? code.call() : now.call(component, step, code);
    };
  }

  /** The application runs. */
  void begin(TestApplication started) {
    if (application != null) {
      throw new IllegalStateException(
          "a round stops one application, and there are %s and %s".formatted(application, started));
    }
    application = started;
    fault = RoundFault.pick(random, faults, started.stepped());
  }

  private TestApplication application() {
    TestApplication its = application;
    if (its == null) {
      throw new IllegalStateException(
          "no application was started for this round: put a LifecycleExtension into an instance field, not a static one, or say perTest = true on @LifecycleTest; and use JUnit 5.13 or newer");
    }
    return its;
  }

  /**
   * The seed of this round.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * For what else the test wants to be random, and the same in each run of this seed.
   *
   * @return a new source of random numbers, seeded
   */
  public Random random() {
    return new Random(seed);
  }

  /**
   * Begins to send requests: each client sends the next one when its last one is answered, until
   * the application has stopped. All clients are on one event loop of the application's Vert.x.
   *
   * @param clients how many at the same time
   * @param item makes what the n-th request carries, from 0 on: something that no other request
   *     does; called on the event loop
   * @param request sends it; called on the event loop. Let the future have the response itself: its
   *     status is looked at, see {@link StopLoad}
   * @param <T> what a request carries
   * @return what was sent and answered
   * @throws IllegalStateException if no application was started for this round, or it has stopped
   */
  public <T> StopLoad<T> load(
      int clients,
      IntFunction<? extends T> item,
      Function<? super T, ? extends @Nullable Future<?>> request) {
    if (clients < 1) {
      throw new IllegalArgumentException("a load of %s clients is none".formatted(clients));
    }
    Objects.requireNonNull(item, "item");
    Objects.requireNonNull(request, "request");
    if (result != null) {
      throw new IllegalStateException("the application has stopped; begin the load before await()");
    }
    StopLoad<T> load = new StopLoad<>(this, context(), clients, item, request);
    loads.add(load);
    load.begin();
    return load;
  }

  private Context context() {
    Context made = clients;
    if (made == null) {
      made = application().vertx().getOrCreateContext();
      clients = made;
    }
    return made;
  }

  /** One more request of a load. */
  void sent() {
    untilStop.countDown();
  }

  /**
   * Waits for the moment of this round, which is a number of requests and some milliseconds after
   * them, has the application stopped, with the fault of this round, and waits until it has stopped
   * and the load has ended. Then its Vert.x is closed, as the launcher does when the process is
   * about to end: what nobody waited for does not happen any more.
   *
   * <p>What the toolkit promises of every stop is looked at here: order, budget, outcome and exit
   * code, that nothing is in flight which the report does not name, that nothing was used late or
   * left unfinished, and that no request was answered with a failure if nothing was cut. A
   * connection that was lost is in {@link StopLoad#unanswered()}, for the test to judge. The
   * extension's {@link LifecycleExtension#stopMayFail} leaves the outcome to the test.
   *
   * @return how it stopped; the same for every call
   * @throws AssertionError if a promise was broken; says which, and what to do
   * @throws IllegalStateException if no application was started for this round
   */
  public StopResult await() {
    TestApplication its = application();
    StopResult stop = result;
    if (stop == null) {
      try {
        stop = stop(its);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted, by a timeout of the test perhaps", e);
      }
      judge(its, stop);
    }
    return stop;
  }

  private StopResult stop(TestApplication its) throws InterruptedException {
    if (loads.isEmpty()) {
      LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(MOST_REQUESTS)));
    } else if (untilStop.await(LONGEST_MILLIS, TimeUnit.MILLISECONDS)) {
      LockSupport.parkNanos(delayNanos);
    } else {
      timedOut = true;
    }
    RoundFault now = Objects.requireNonNull(fault, "picked when the application began");
    StopResult stop = now.stop(its);
    result = stop;
    loads.forEach(StopLoad::end);
    now.end();
    its.close();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SLACK_SECONDS);
    for (StopLoad<?> load : loads) {
      load.awaitAnswers(deadline);
    }
    return stop;
  }

  private void judge(TestApplication its, StopResult stop) {
    List<String> problems = new ArrayList<>(stop.brokenPromises());
    if (!its.mayStopFail()) {
      problems.addAll(unexpected(stop));
    }
    boolean isNothingCut = stop.outcome() == Outcome.CLEAN || stop.outcome() == Outcome.FAILED;
    for (StopLoad<?> load : loads) {
      problems.addAll(load.problems(isNothingCut));
    }
    if (!problems.isEmpty()) {
      AssertionError error =
          new AssertionError(stop.explained(String.join("\n", problems) + whatWasSaid()));
      Throwable cause = stop.cause();
      if (cause != null) {
        error.initCause(cause);
      }
      throw error;
    }
    if (stop.isClean()) {
      its.requireClosed();
    }
  }

  private List<String> unexpected(StopResult stop) {
    RoundFault now = Objects.requireNonNull(fault, "picked when the application began");
    List<String> problems = new ArrayList<>();
    stop.report()
        .components()
        .forEach(
            one -> {
              if (!now.expected(one.name()).contains(one.outcome())) {
                problems.add(
                    "\"%s\" was %s, which the fault of this round, %s, does not explain%s"
                        .formatted(
                            one.name(),
                            one.outcome(),
                            now,
                            one.outcome() == Outcome.CUT ? goneBefore(one.name(), stop) : ""));
              }
            });
    return problems;
  }

  /** Who may have left a component that was cut without what it waited for. */
  private String goneBefore(String name, StopResult stop) {
    ComponentGraph graph = application().view().graph();
    List<String> gone =
        stop.stopped().stream()
            .takeWhile(one -> !one.equals(name))
            .filter(one -> !graph.withDependentsOf(name).contains(one))
            .toList();
    return gone.isEmpty()
        ? ""
        : "; these had stopped before it, since nothing makes them wait: %s. If it needs one of them, declare .dependsOn(\"%s\") on \"%s\""
            .formatted(String.join(", ", gone), gone.get(0), name);
  }

  /** What the stop said of itself, for a message about what it did not say. */
  String whatWasSaid() {
    StopResult stop = result;
    String loaded = String.join("; ", loads.stream().map(StopLoad::toString).toList());
    return "\n(%s%s)"
        .formatted(
            stop == null
                ? "the application has not stopped yet"
                : "the stop said %s, exit code %s".formatted(stop.outcome(), stop.exitCode()),
            loaded.isEmpty() ? "" : "; " + loaded);
  }

  /** Whether the load has not come as far as it should have before the stop. */
  boolean isTimedOut() {
    return timedOut;
  }

  /** Whether the stop has come, and was waited for. */
  boolean isOver() {
    return result != null;
  }

  /** When the stop comes, and with what; for people. */
  @Override
  public String toString() {
    RoundFault now = fault;
    String moment =
        loads.isEmpty()
            ? "without a load"
            : "after %s requests and %s ms"
                .formatted(requests, TimeUnit.NANOSECONDS.toMillis(delayNanos));
    return "a stop %s, with the fault: %s"
        .formatted(moment, now == null ? "before the application ran" : now);
  }
}
