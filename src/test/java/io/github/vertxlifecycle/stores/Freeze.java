package io.github.vertxlifecycle.stores;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes that SIGSTOP holds: the system goes on taking connections and bytes for them, and
 * nothing answers. Closing lets them go on.
 */
public final class Freeze implements AutoCloseable {

  private final List<ProcessHandle> frozen;

  private Freeze(List<ProcessHandle> frozen) {
    this.frozen = frozen;
  }

  /**
   * Stops the servers of one kind that this JVM runs, and all their processes.
   *
   * @param program a part of the path of the server's program
   */
  public static Freeze server(String program) {
    List<ProcessHandle> all = new ArrayList<>();
    ProcessHandle.current()
        .descendants()
        .filter(one -> one.info().command().orElse("").contains(program))
        .forEach(all::add);
    if (all.isEmpty()) {
      throw new AssertionError("no process of " + program);
    }
    Freeze freeze = new Freeze(all);
    freeze.signal("STOP");
    return freeze;
  }

  private void signal(String name) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    frozen.forEach(one -> command.add(Long.toString(one.pid())));
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    signal("CONT");
  }
}
