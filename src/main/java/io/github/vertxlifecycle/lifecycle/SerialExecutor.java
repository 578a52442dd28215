package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.FailureText;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order of arrival, on whichever thread finds it idle.
 *
 * <p>State that only its tasks touch needs no lock, and a task that leads to another does not
 * deepen the stack: the other one waits for its turn. The wait is short because no task may block.
 */
final class SerialExecutor implements Executor {

  private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() > 0) {
      return;
    }
    do {
      run();
    } while (waiting.decrementAndGet() > 0);
  }

  private void run() {
    Runnable task = tasks.poll();
    if (task != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("A task of the lifecycle failed", FailureText.forLog(e));
      }
    }
  }
}
