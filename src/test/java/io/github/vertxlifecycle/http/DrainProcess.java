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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One of the two services, running; stopped by SIGTERM. */
final class DrainProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  /** What can run. */
  enum Kind {
    /** As it comes: on epoll, where there is one. */
    OURS("vertx-lifecycle", null),
    OURS_ON_NIO("ours on NIO", false),

    /** As it comes: on NIO. */
    BARE("bare Vert.x", null),
    BARE_ON_EPOLL("bare on epoll", true);

    final String title;
    private final Boolean nativeTransport;

    Kind(String title, Boolean nativeTransport) {
      this.title = title;
      this.nativeTransport = nativeTransport;
    }

    private List<String> command(Path conf) {
      List<String> command = new ArrayList<>();
      if (this == OURS || this == OURS_ON_NIO) {
        command.add(DrainSubject.Ours.class.getName());
      } else {
        command.addAll(Collections.nCopies(2, DrainSubject.OnBareVertx.class.getName()));
      }
      command.addAll(List.of("-conf", conf.toString()));
      if (nativeTransport != null) {
        command.add("-options");
        command.add(new JsonObject().put("preferNativeTransport", nativeTransport).encode());
      }
      return command;
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
