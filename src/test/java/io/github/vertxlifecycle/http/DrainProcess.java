package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.process.JavaCommand;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One of the two services, running; stopped by SIGTERM. */
final class DrainProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  /** What can run. */
  enum Kind {
    OURS("vertx-lifecycle"),
    BARE("bare Vert.x");

    final String title;

    Kind(String title) {
      this.title = title;
    }

    private List<String> command(Path conf) {
      return this == OURS
          ? List.of(DrainSubject.Ours.class.getName(), "-conf", conf.toString())
          : List.of(
              DrainSubject.OnBareVertx.class.getName(),
              DrainSubject.OnBareVertx.class.getName(),
              "-conf",
              conf.toString());
    }
  }

  private final Process process;
  private final CompletableFuture<Long> exited;
  private final int port;

  DrainProcess(Kind kind, Path directory, JsonObject tls) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    JsonObject http = new JsonObject().put("host", "127.0.0.1").put("port", port);
    if (tls != null) {
      http.put("tls", tls);
    }
    Path conf = directory.resolve(kind + ".json");
    Files.writeString(conf, new JsonObject().put("http", http).encode());
    List<String> command = JavaCommand.java();
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(kind.command(conf));
    File log = directory.resolve(kind + ".log").toFile();
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    exited = process.onExit().thenApply(done -> System.nanoTime());
    awaitListening();
  }

  private void awaitListening() throws IOException {
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        if (probe.isConnected()) {
          return;
        }
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > giveUp) {
          throw new IOException("the service does not listen; see its log", e);
        }
      }
      Thread.onSpinWait();
    }
  }

  int port() {
    return port;
  }

  /** Sends SIGTERM. */
  long terminate() {
    long now = System.nanoTime();
    process.destroy();
    return now;
  }

  /** Waits for the end, and says when it was. */
  long awaitExit() throws Exception {
    return exited.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  int exitCode() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
