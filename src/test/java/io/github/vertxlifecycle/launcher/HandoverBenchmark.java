package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.handover.RestartLoad;
import io.github.vertxlifecycle.process.JavaCommand;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.rollout.Wait;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures what clients see of restarts on one host: by handover, by sockets of a supervisor, by
 * stop and start, and of bare Vert.x with {@code SO_REUSEPORT}; {@code make handover} runs it.
 * Every service is a process of its own; a restart begins as soon as the one before is over and
 * some more requests were answered.
 *
 * <p>Arguments: {@code restarts} of each way (20).
 */
public final class HandoverBenchmark {

  private static final Path DIRECTORY = Path.of("target", "handover");
  private static final int KEEPING = 24;
  private static final int OPENING = 40;
  private static final int BETWEEN = 500;
  private static final long PATIENCE_SECONDS = 120;
  private static final String OURS = "io.github.vertxlifecycle.http.DrainSubject$Ours";
  private static final String BARE = "io.github.vertxlifecycle.http.DrainSubject$OnBareVertx";

  private final int restarts;

  private HandoverBenchmark(int restarts) {
    this.restarts = restarts;
  }

  /** A way to restart. */
  private interface RestartWay {

    /** Starts the first process. */
    void start() throws Exception;

    /** Replaces the process; returns when the old one has ended and the new one serves. */
    void restart() throws Exception;

    /** Stops the last process, or all that is left after a failure. */
    void end() throws Exception;
  }

  /**
   * Runs it.
   *
   * @param args see above
   */
  public static void main(String[] args) throws Exception {
    new HandoverBenchmark(args.length > 0 ? Integer.parseInt(args[0]) : 20).run();
  }

  private void run() throws Exception {
    Files.createDirectories(DIRECTORY);
    StringBuilder table = new StringBuilder();
    row(
        table,
        "| way | restarts | answered | lost | refused or shed | slowest answer | exit codes |");
    row(table, "|---|---|---|---|---|---|---|");
    measure(table, "handover", port -> new ByHandover(port, conf(port, true, false)));
    measure(table, "LISTEN_FDS, old one stops first", port -> new BySupervisor(port, false));
    measure(table, "LISTEN_FDS, new one starts first", port -> new BySupervisor(port, true));
    measure(table, "stop, then start", port -> new ByStopAndStart(port, conf(port, false, false)));
    measure(
        table, "bare Vert.x, SO_REUSEPORT", port -> new ByReusePort(port, conf(port, false, true)));
    Files.writeString(DIRECTORY.resolve("handover.md"), table);
  }

  private static void row(StringBuilder table, String row) {
    System.out.println(row);
    table.append(row).append('\n');
  }

  private static Path conf(int port, boolean handover, boolean reusePort) throws IOException {
    JsonObject conf =
        new JsonObject().put("http", new JsonObject().put("host", "127.0.0.1").put("port", port));
    if (reusePort) {
      conf.getJsonObject("http").put("reusePort", true);
    }
    if (handover) {
      Path control = Files.createTempDirectory("handover").resolve("control.sock");
      conf.put("lifecycle", new JsonObject().put("handover", control.toString()));
    }
    return Files.writeString(DIRECTORY.resolve("service.json"), conf.encode());
  }

  private interface WayMaker {
    RestartWay at(int port) throws Exception;
  }

  private void measure(StringBuilder table, String name, WayMaker maker) throws Exception {
    int port = FreePorts.one();
    RestartWay way = maker.at(port);
    try (RestartLoad load = begin(way, port)) {
      for (int i = 0; i < restarts; i++) {
        load.awaitAnswers(BETWEEN);
        way.restart();
      }
      load.awaitAnswers(BETWEEN).end();
      row(
          table,
          "| %s | %d | %d | %d | %d | %d ms | %s |"
              .formatted(
                  name,
                  restarts,
                  load.answered(),
                  load.lost(),
                  load.refused() + load.shed(),
                  load.slowestMillis(),
                  way));
    } finally {
      way.end();
    }
  }

  private static RestartLoad begin(RestartWay way, int port) throws Exception {
    way.start();
    awaitListening(port);
    return new RestartLoad(port, false, KEEPING, OPENING);
  }

  private static void awaitListening(int port) throws Exception {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (probe.isConnected()) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > giveUp) {
          throw new IOException("the service does not listen; see " + DIRECTORY, e);
        }
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
  }

  // ── ways ───────────────────────────────────────────────────────────────────────────────────────

  /** With processes of this one's. */
  private abstract static class Restarting implements RestartWay {
    final int port;
    private final Path conf;
    private final List<String> main;
    private final List<Integer> exits = new ArrayList<>();
    private int started;
    Process serving;

    Restarting(int port, Path conf, String... main) {
      this.port = port;
      this.conf = conf;
      this.main = List.of(main);
    }

    Process launch() throws IOException {
      List<String> command = JavaCommand.java();
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(main);
      command.addAll(List.of("-conf", conf.toString()));
      if (main.get(0).equals(BARE)) {
        command.addAll(List.of("-options", "{\"preferNativeTransport\": true}"));
      }
      Path log = log(++started);
      Files.deleteIfExists(log);
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    }

    private Path log(int number) {
      return DIRECTORY.resolve(getClass().getSimpleName() + "-" + number + ".log");
    }

    /** Waits until the newest process says this. */
    void awaitNewest(String text) throws Exception {
      Path said = log(started);
      Wait.until(
          Duration.ofSeconds(PATIENCE_SECONDS),
          () -> "never said: %s; see %s".formatted(text, said),
          () -> Files.readString(said).contains(text));
    }

    void awaitEnd(Process process) throws Exception {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("a process has not ended; see " + DIRECTORY);
      }
      exits.add(process.exitValue());
    }

    @Override
    public void start() throws Exception {
      serving = launch();
    }

    @Override
    public void end() throws Exception {
      serving.destroy();
      awaitEnd(serving);
    }

    @Override
    public String toString() {
      return String.join(" ", exits.stream().distinct().sorted().map(String::valueOf).toList());
    }
  }

  private static final class ByHandover extends Restarting {
    ByHandover(int port, Path conf) {
      super(port, conf, OURS);
    }

    @Override
    public void restart() throws Exception {
      Process next = launch();
      awaitNewest("Took over");
      awaitEnd(serving);
      serving = next;
    }
  }

  private static final class ByStopAndStart extends Restarting {
    ByStopAndStart(int port, Path conf) {
      super(port, conf, OURS);
    }

    @Override
    public void restart() throws Exception {
      serving.destroy();
      awaitEnd(serving);
      serving = launch();
      awaitListening(port);
    }
  }

  private static final class ByReusePort extends Restarting {
    ByReusePort(int port, Path conf) {
      super(port, conf, BARE, BARE);
    }

    @Override
    public void restart() throws Exception {
      Process next = launch();
      awaitNewest("serves");
      serving.destroy();
      awaitEnd(serving);
      serving = next;
    }
  }

  private static final class BySupervisor implements RestartWay {
    private final boolean newFirst;
    private final Supervisor supervisor;
    private long serving;
    private int started;

    BySupervisor(int port, boolean newFirst) throws Exception {
      this.newFirst = newFirst;
      List<String> command = JavaCommand.java();
      command.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              OURS,
              "-conf",
              conf(port, false, false).toString()));
      supervisor = new Supervisor("fds", "its", List.of("tcp=" + port), command);
    }

    @Override
    public void start() throws Exception {
      serving = next();
    }

    private long next() throws Exception {
      long pid = supervisor.start();
      supervisor.says("Started in", ++started);
      return pid;
    }

    @Override
    public void restart() throws Exception {
      long old = serving;
      if (newFirst) {
        serving = next();
        supervisor.stop(old, 0);
      } else {
        supervisor.stop(old, 0);
        serving = next();
      }
    }

    @Override
    public void end() throws Exception {
      supervisor.stop(serving, 0);
      supervisor.close();
    }

    @Override
    public String toString() {
      return "0"; // or it would have waited in vain
    }
  }
}
