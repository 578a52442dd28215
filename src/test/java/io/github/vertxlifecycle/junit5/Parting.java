package io.github.vertxlifecycle.junit5;

import static java.lang.ProcessBuilder.Redirect.DISCARD;

import java.io.IOException;

/** A process that leaves another behind, as one does that was handed over. */
public final class Parting {

  private Parting() {}

  /** Starts a child that outlives this. */
  public static void main(String[] args) throws IOException {
    Process child =
        new ProcessBuilder("sleep", "600").redirectOutput(DISCARD).redirectError(DISCARD).start();
    System.out.println("child " + child.pid());
  }
}
