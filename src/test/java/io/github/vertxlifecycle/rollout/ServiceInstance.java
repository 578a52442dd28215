package io.github.vertxlifecycle.rollout;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.process.JavaCommand;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One of the instances behind a proxy: a process that is stopped and started on the same ports. */
final class ServiceInstance implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServiceKind kind;
  private final int port;
  private final int managementPort;
  private final Path conf;
  private final Path log;
  private @Nullable Process process;

  /**
   * Makes an instance that does not run yet.
   *
   * @param announceDelay how long it serves on after its readiness went down
   */
  ServiceInstance(
      ServiceKind kind, int port, int managementPort, Duration announceDelay, Path directory)
      throws IOException {
    this.kind = kind;
    this.port = port;
    this.managementPort = managementPort;
    this.conf = directory.resolve("service-" + port + ".json");
    this.log = directory.resolve("service-" + port + ".log");
    JsonObject config = new JsonObject().put("http", address(port));
    if (kind == ServiceKind.OURS) {
      config
          .put("management", address(managementPort))
          .put("lifecycle", new JsonObject().put("announceDelay", announceDelay.toMillis() + "ms"));
    }
    Files.writeString(conf, config.encode());
  }

  private static JsonObject address(int port) {
    return new JsonObject().put("host", "127.0.0.1").put("port", port);
  }

  int port() {
    return port;
  }

  /** Starts the process, and waits until it serves. */
  void start() throws IOException, InterruptedException {
    List<String> command = JavaCommand.java();
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(kind.command());
    command.addAll(List.of("-conf", conf.toString()));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    Wait.until(
        PATIENCE,
        () -> this + " is not ready; see " + log,
        () -> {
          if (!started.isAlive()) {
            throw new IllegalStateException(this + " ended with " + started.exitValue());
          }
          return isReady();
        });
  }

  private boolean isReady() {
    boolean ours = kind == ServiceKind.OURS;
    try (HttpClientConnection client = new HttpClientConnection(ours ? managementPort : port)) {
      // The management endpoint on a loopback address answers nobody who asks for another host.
      client.send(
          HttpClientConnection.get(ours ? "/readyz" : "/work").replace("test", "127.0.0.1"));
      return client.read().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Sends SIGTERM, and waits for the end.
   *
   * @return the exit code
   */
  int stop() throws InterruptedException {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(this + " does not run");
    }
    running.destroy();
    if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException(this + " does not end");
    }
    return running.exitValue();
  }

  @Override
  public void close() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return "the instance on port " + port;
  }
}
