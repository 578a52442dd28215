package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.launcher.Main;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.process.JavaCommand;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The links service as a process of its own. Not one of the test kit's: nobody here may end what it
 * leaves behind, since a round looks for that, and its output is left unread.
 */
final class ChaosProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern LISTENING = Pattern.compile("http: listening on .*:([0-9]+)");

  private final Process process;
  private final Path report;
  private final List<String> output = new ArrayList<>(); // guarded by this
  private boolean ended; // guarded by this
  private boolean readsOn = true; // guarded by this

  private ChaosProcess(Process process, Path report) {
    this.process = process;
    this.report = report;
    Thread reader = new Thread(this::read, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts an application; does not wait until it serves.
   *
   * @param directory for its configuration and its report
   * @param config the configuration; the report file is added
   * @param app the root verticle
   * @param environment variables for the process, beside those of this one
   */
  static ChaosProcess start(
      Path directory,
      JsonObject config,
      Class<? extends RootVerticle> app,
      Map<String, String> environment)
      throws IOException {
    Path report = Files.createTempFile(directory, "report", ".json");
    JsonObject complete = config.copy();
    JsonObject lifecycle = complete.getJsonObject("lifecycle", new JsonObject());
    complete.put("lifecycle", lifecycle.put("reportFile", report.toString()));
    Path file = Files.createTempFile(directory, "app", ".conf");
    Files.writeString(file, complete.encodePrettily());
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // a background process of a shell ignores SIGINT, and its children inherit that
      command.addAll(List.of("env", "--default-signal"));
    }
    command.addAll(JavaCommand.java());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("-conf", file.toString(), app.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChaosProcess(builder.start(), report);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (this) {
          output.add(line);
          notifyAll();
          while (!readsOn) {
            wait();
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /** Waits for a line and returns what its first group matched. */
  synchronized String awaitLine(Pattern pattern) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    int seen = 0;
    while (true) {
      for (; seen < output.size(); seen++) {
        Matcher matcher = pattern.matcher(output.get(seen));
        if (matcher.find()) {
          return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (ended || left <= 0) {
        throw new IllegalStateException("no line like " + pattern + " in\n" + output());
      }
      wait(left);
    }
  }

  /** Waits until the service serves. */
  int awaitPort() throws InterruptedException {
    int port = Integer.parseInt(awaitLine(LISTENING));
    awaitLine(Pattern.compile("Started in"));
    return port;
  }

  /** The number of the process in the operating system. */
  long pid() {
    return process.pid();
  }

  /** Sends the process a signal. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Leaves the output in the pipe until the process has ended. */
  synchronized void readNoMore() {
    readsOn = false;
  }

  /** Waits for the end of the process. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the process does not end\n" + output());
    }
    synchronized (this) {
      readsOn = true;
      notifyAll();
      while (!ended) {
        wait();
      }
    }
    return process.exitValue();
  }

  /** The report that the process wrote when it stopped. */
  JsonObject report() throws IOException {
    return new JsonObject(Files.readString(report));
  }

  /** The output so far. */
  synchronized String output() {
    return String.join("\n", output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
