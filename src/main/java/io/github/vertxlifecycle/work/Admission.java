package io.github.vertxlifecycle.work;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits work to a tracker, and refuses work that comes too late with an explanation. For code that
 * stands between a component and its users, a wrapped client for example. Thread-safe.
 */
public final class Admission {

  private final WorkTracker tracker;
  private final Function<String, RefusedException> refusal;
  private final Function<Object, @Nullable Work> late;

  /**
   * Makes an admission.
   *
   * @param tracker counts what is admitted
   * @param refusal makes the exception, given the name of the work
   */
  public Admission(WorkTracker tracker, Function<String, RefusedException> refusal) {
    this(tracker, refusal, name -> null);
  }

  /**
   * Makes an admission that goes on counting parts of work when its tracker is closed.
   *
   * @param tracker counts what is admitted
   * @param refusal makes the exception, given the name of the work
   * @param late counts a part, given its name, that the tracker does not; null if nobody does
   */
  public Admission(
      WorkTracker tracker,
      Function<String, RefusedException> refusal,
      Function<Object, @Nullable Work> late) {
    this.tracker = tracker;
    this.refusal = refusal;
    this.late = late;
  }

  /**
   * Begins new work and counts it until it completes.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param begin begins the work
   * @param <T> its result
   * @return the work's future, or one failed with {@link RefusedException}
   */
  public <T> Future<T> admit(Object name, Supplier<Future<T>> begin) {
    Work one = tracker.admit(name, null);
    return one == null ? refused(name) : until(one, name, begin);
  }

  /**
   * Counts a part of work that was admitted before, even while new work is refused.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @param begin begins the work
   * @param <T> its result
   * @return the work's future
   */
  public <T> Future<T> count(Object name, Supplier<Future<T>> begin) {
    Work one = count(name);
    return one == null ? begin.get() : until(one, name, begin);
  }

  /**
   * Admits new work that its caller will end.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @return the work, or null if it is refused
   */
  public @Nullable Work admit(Object name) {
    return tracker.admit(name, null);
  }

  /**
   * Counts a part of work that was admitted before; its caller will end it.
   *
   * @param name any object; its {@code toString} is called when work in flight is listed
   * @return the work, or null if nobody counts it any more
   */
  public @Nullable Work count(Object name) {
    Work one = tracker.tryCount(name, null);
    Work counted = one == null ? late.apply(name) : one;
    if (counted == null) {
      tracker.countRefused();
    }
    return counted;
  }

  /**
   * Refuses work that came too late.
   *
   * @param name the name of the work, which {@link #admit(Object)} refused
   * @param <T> the result it would have had
   * @return a future failed with a {@link RefusedException} that says why
   */
  public <T> Future<T> refused(Object name) {
    return Future.failedFuture(refusal.apply(name.toString()));
  }

  private static <T> Future<T> until(Work one, Object name, Supplier<Future<T>> begin) {
    try {
      return Objects.requireNonNull(begin.get(), () -> name + " is null, not a future")
          .onComplete(done -> one.done());
    } catch (RuntimeException | Error e) {
      one.done();
      return Future.failedFuture(e);
    }
  }
}
