package io.github.vertxlifecycle.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a JVM of its own, which prints its ports when it listens. */
final class ServerProcess implements AutoCloseable {

  /**
   * The same on both sides, whatever the JVM would choose. A compiler thread that ends would take
   * its processor time with it.
   */
  private static final List<String> FLAGS =
      List.of("-XX:+UseG1GC", "-Xms512m", "-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads");

  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;
  private final List<Integer> ports;

  private ServerProcess(Class<?> program, String... arguments) throws IOException {
    process =
        new ProcessBuilder(Fork.command(FLAGS, program, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output = process.inputReader(StandardCharsets.UTF_8);
    input = process.outputWriter(StandardCharsets.UTF_8);
    ports = Stream.of(line().split(" ")).map(Integer::valueOf).toList();
  }

  static ServerProcess start(Class<?> program, String... arguments) throws IOException {
    return new ServerProcess(program, arguments);
  }

  private String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the server has ended");
    }
    return line;
  }

  int port() {
    return ports.get(0);
  }

  /** The second port. */
  int plainPort() {
    return ports.get(1);
  }

  long processorNanos() throws IOException {
    return ProcessorTime.nanos(process.toHandle());
  }

  /** The bytes that its threads have allocated since they began. */
  long allocated() throws IOException {
    return ask(ThroughputServer.ALLOCATED);
  }

  /** The bytes of the heap that are in use after a collection. */
  long heap() throws IOException {
    return ask(ThroughputServer.HEAP);
  }

  private long ask(String command) throws IOException {
    input.write(command + "\n");
    input.flush();
    return Long.parseLong(line());
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  void awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("the server does not end");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
