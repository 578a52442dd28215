package io.github.vertxlifecycle.devservices;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Redis with arguments of the test's choice: a node of a cluster, a sentinel. */
public final class RedisProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final GuardedProcess guarded;

  private RedisProcess(GuardedProcess guarded) {
    this.guarded = guarded;
  }

  /**
   * Starts the server and waits until it has written a line.
   *
   * @param directory for the server's files
   * @param readyLine a part of that line
   * @param arguments after the program
   */
  public static RedisProcess start(Path directory, String readyLine, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(EmbeddedRedisVerticle.binary().toString());
    command.addAll(arguments);
    GuardedProcess guarded =
        GuardedProcess.start("redis", "TERM", directory.resolve("pid"), null, command, readyLine);
    try {
      guarded.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IOException(String.join("\n", guarded.last()), e);
    }
    return new RedisProcess(guarded);
  }

  @Override
  public void close() {
    guarded.stop();
    guarded.ended().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
