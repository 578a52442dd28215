package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.event.Outcome;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an application from the command line. */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /**
   * Runs until SIGINT or SIGTERM.
   *
   * @param args the command line
   * @throws InterruptedException when the main thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    var stopped = new CountDownLatch(1);
    Signals.on("INT", stopped::countDown);
    Signals.on("TERM", stopped::countDown);
    log.info("started {}", String.join(" ", args));
    stopped.await();
    log.info("stopped: {}", Outcome.CLEAN);
    System.exit(0);
  }
}
