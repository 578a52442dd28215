package io.github.vertxlifecycle.junit5;

import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** A JVM of its own, as that of a test, which runs processes until it is killed. */
public final class HoldProcesses {

  private HoldProcesses() {}

  /** Prints the numbers of the processes when they run. */
  public static void main(String[] args) throws InterruptedException {
    ApplicationProcess lingering = ApplicationProcess.ofMain(Lingering.class).start();
    lingering.says("lingers");
    ApplicationProcess parting = ApplicationProcess.ofMain(Parting.class).start();
    String left = parting.says(Pattern.compile("child ([0-9]+)")).group(1);
    parting.ends();
    System.out.println("UP " + lingering.pid() + " " + left);
    new CountDownLatch(1).await();
  }
}
