package io.github.vertxlifecycle.sample;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The links service as a process of its own. */
public final class LinksProcess implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final Pattern LISTENING = Pattern.compile("http: listening on .*:([0-9]+)");

  private final Process process;
  private final Path report;
  private final List<String> output = new ArrayList<>(); // guarded by this
  private boolean ended; // guarded by this
  private boolean readsOn = true; // guarded by this

  private LinksProcess(Process process, Path report) {
    this.process = process;
    this.report = report;
    Thread reader = new Thread(this::read, "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts the service; does not wait until it serves.
   *
   * @param directory for its configuration and its report
   * @param config the configuration; the report file is added
   */
  static LinksProcess start(Path directory, JsonObject config) throws IOException {
    return start(directory, config, LinksApp.class, Map.of());
  }

  /**
   * Starts the service, or an application like it.
   *
   * @param directory for its configuration and its report
   * @param config the configuration; the report file is added
   * @param app the root verticle
   * @param environment variables for the process, beside those of this one
   */
  public static LinksProcess start(
      Path directory,
      JsonObject config,
      Class<? extends RootVerticle> app,
      Map<String, String> environment)
      throws IOException {
    return start(directory, config, app, environment, List.of(), List.of());
  }

  /**
   * Starts an application with more on its command line.
   *
   * @param directory for its configuration and its report
   * @param config the configuration; the report file is added
   * @param app the root verticle
   * @param environment variables for the process, beside those of this one
   * @param jvm flags of the JVM
   * @param flags flags of the launcher
   */
  public static LinksProcess start(
      Path directory,
      JsonObject config,
      Class<? extends RootVerticle> app,
      Map<String, String> environment,
      List<String> jvm,
      List<String> flags)
      throws IOException {
    Path report = Files.createTempFile(directory, "report", ".json");
    JsonObject complete = config.copy();
    JsonObject lifecycle = complete.getJsonObject("lifecycle", new JsonObject());
    complete.put("lifecycle", lifecycle.put("reportFile", report.toString()));
    Path file = Files.createTempFile(directory, "app", ".conf");
    Files.writeString(file, complete.encodePrettily());
    return start(report, file, app, environment, jvm, flags);
  }

  /**
   * Starts the service with a configuration of the project.
   *
   * @param directory for its report
   * @param conf the configuration, which takes the report file from {@code REPORT_FILE}
   * @param environment variables for the process, beside those of this one
   */
  static LinksProcess start(Path directory, Path conf, Map<String, String> environment)
      throws IOException {
    Path report = Files.createTempFile(directory, "report", ".json");
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("REPORT_FILE", report.toString());
    return start(report, conf, LinksApp.class, variables, List.of(), List.of());
  }

  private static LinksProcess start(
      Path report,
      Path file,
      Class<? extends RootVerticle> app,
      Map<String, String> environment,
      List<String> jvm,
      List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("os.name").equals("Linux")) {
      // a background process of a shell ignores SIGINT, and its children inherit that
      command.addAll(List.of("env", "--default-signal"));
    }
    command.addAll(JavaCommand.java());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("-conf", file.toString()));
    command.addAll(flags);
    command.add(app.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new LinksProcess(builder.start(), report);
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
  public synchronized String awaitLine(Pattern pattern) throws InterruptedException {
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
  public int awaitPort() throws InterruptedException {
    int port = Integer.parseInt(awaitLine(LISTENING));
    awaitLine(Pattern.compile("Started in"));
    return port;
  }

  /** The number of the process in the operating system. */
  public long pid() {
    return process.pid();
  }

  /** Sends the process a signal. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Leaves the output in the pipe until the process has ended. */
  public synchronized void readNoMore() {
    readsOn = false;
  }

  /** Waits for the end of the process. */
  public int awaitExit() throws InterruptedException {
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
  public JsonObject report() throws IOException {
    return new JsonObject(Files.readString(report));
  }

  /** The output so far. */
  public synchronized String output() {
    return String.join("\n", output);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
