package io.github.vertxlifecycle.work;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/** The sources of one tracker, each of which is asked for its work once. Thread-safe. */
final class WorkSources {

  /** How often to look anew when work was handed over meanwhile, before that has to wait. */
  private static final int LOOKS = 16;

  private record Attached(WorkSource source, AtomicBoolean asked) {}

  private final Queue<Attached> all = new ConcurrentLinkedQueue<>();
  private final Supplier<Runnable> hold;
  private volatile boolean wanted;

  /** Held for writing while work is neither here nor there, or in both. */
  private final StampedLock lock = new StampedLock();

  /**
   * Makes an empty set.
   *
   * @param hold keeps the tracker from being empty until what it returns runs
   */
  WorkSources(Supplier<Runnable> hold) {
    this.hold = hold;
  }

  void add(WorkSource source) {
    Attached one = new Attached(source, new AtomicBoolean());
    all.add(one);
    if (wanted) {
      ask(one);
    }
  }

  /** Has all of them hand over what they have, and what comes. Idempotent. */
  void askAll() {
    wanted = true;
    all.forEach(this::ask);
  }

  private void ask(Attached one) {
    if (one.asked.get()) {
      return;
    }
    Runnable told = hold.get(); // first: who finds that it was asked relies on the hold
    if (one.asked.compareAndSet(false, true)) {
      one.source.handOver(told);
    } else {
      told.run();
    }
  }

  long admitted() {
    return all.stream().mapToLong(one -> one.source.admitted()).sum();
  }

  void visit(WorkSource.WorkVisitor visitor) {
    all.forEach(one -> one.source.visit(visitor));
  }

  void handOver(Runnable work) {
    long stamp = lock.writeLock();
    try {
      work.run();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** What one sees who looks while no work is on its way from a source to the tracker. */
  <T> T look(Supplier<T> look) {
    for (int i = 0; i < LOOKS; i++) {
      long stamp = lock.tryOptimisticRead();
      T seen = look.get();
      if (lock.validate(stamp)) {
        return seen;
      }
    }
    long stamp = lock.readLock();
    try {
      return look.get();
    } finally {
      lock.unlockRead(stamp);
    }
  }
}
