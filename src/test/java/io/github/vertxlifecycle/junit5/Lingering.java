package io.github.vertxlifecycle.junit5;

import java.util.concurrent.CountDownLatch;

/** A process that hears signals and does not end. */
public final class Lingering {

  private Lingering() {}

  /** Never ends. */
  public static void main(String[] args) {
    Runtime.getRuntime().addShutdownHook(new Thread(Lingering::linger, "the one that lingers"));
    System.out.println("lingers");
    linger();
  }

  private static void linger() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
