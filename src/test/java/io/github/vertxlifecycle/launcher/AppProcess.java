package io.github.vertxlifecycle.launcher;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.process.JavaCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * An application in a process of its own, under real signals. Every wait is for something that is
 * to come; its limit is an upper bound for a machine that is very busy, never a measure.
 */
final class AppProcess implements AutoCloseable {

  private static final long LIMIT_SECONDS = 120;

  /** How it ended. */
  record Ended(int code, String out, String err, Duration took) {}

  private final Process process;
  private final Lines out;
  private final Lines err;
  private long asked = System.nanoTime();

  private AppProcess(Process process, boolean readOut) {
    this.process = process;
    this.out = new Lines(readOut ? process.getInputStream() : InputStream.nullInputStream());
    this.err = new Lines(process.getErrorStream());
  }

  /** Runs the launcher on the scripted application. */
  static AppProcess start(String conf) {
    return new Command().launch("-conf", conf, ScriptedApp.class.getName());
  }

  /** A command to be completed. */
  static final class Command {
    private final List<String> words = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private String mainClass = Main.class.getName();
    private boolean readOut = true;
    private boolean onATerminal;
    private String classPath = System.getProperty("java.class.path");

    Command() {
      if (System.getProperty("os.name").equals("Linux")) {
        // a test run in the background would hand down that SIGINT is ignored
        words.addAll(List.of("env", "--default-signal"));
      }
      words.addAll(JavaCommand.java());
      words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dvertx.cacheDirBase=target/vertx-cache"));
    }

    Command jvm(String flag) {
      words.add(flag);
      return this;
    }

    Command environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    Command mainClass(Class<?> type) {
      mainClass = type.getName();
      return this;
    }

    /** Has the process find files in a directory before it finds them in a library. */
    Command classPathBegins(Path directory) {
      return classPathBegins(directory.toString());
    }

    /** The same with several, as in a class path. */
    Command classPathBegins(String entries) {
      classPath = entries + File.pathSeparator + classPath;
      return this;
    }

    /** Leaves out the libraries whose file names match a pattern, of which there must be some. */
    Command classPathWithout(String pattern) {
      List<String> all = List.of(classPath.split(File.pathSeparator));
      List<String> left =
          all.stream()
              .filter(one -> !Path.of(one).getFileName().toString().matches(pattern))
              .toList();
      assertThat(left).as("without " + pattern).hasSizeLessThan(all.size());
      classPath = String.join(File.pathSeparator, left);
      return this;
    }

    /** As {@code nohup} does for SIGHUP. */
    Command ignoring(String signal) {
      words.addAll(0, List.of("env", "--ignore-signal=" + signal));
      words.remove("--default-signal");
      return this;
    }

    /** Has the watchdog of systemd mean this process. */
    Command watchedItself() {
      words.addAll(0, List.of("sh", "-c", "WATCHDOG_PID=$$ exec \"$@\"", "sh"));
      return this;
    }

    /** Lets no file of the process grow, as a full disk does. */
    Command noFileGrows() {
      words.addAll(0, List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"));
      return jvm("-XX:-UsePerfData"); // a file of its own
    }

    /** Gives the process a terminal for its output, beside the one that runs the test. */
    Command onATerminal() {
      onATerminal = true;
      return this;
    }

    Command nobodyReadsOut() {
      readOut = false;
      return this;
    }

    /** The whole command, for somebody else to run. */
    List<String> words(String... args) {
      words.addAll(List.of("-cp", classPath, mainClass));
      words.addAll(List.of(args));
      return words;
    }

    AppProcess launch(String... args) {
      words(args);
      if (onATerminal) {
        String command = String.join(" ", words); // whose words have no spaces
        words.clear();
        words.addAll(List.of("script", "-qec", command, "/dev/null"));
      }
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().putAll(environment);
      try {
        return new AppProcess(builder.start(), readOut);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  long pid() {
    return process.pid();
  }

  /** Waits until a line of stdout holds this text. */
  AppProcess says(String part) {
    out.await(part);
    return this;
  }

  /** Waits until a line of stderr holds this text. */
  AppProcess complains(String part) {
    err.await(part);
    return this;
  }

  /** Waits until the whole application runs. */
  AppProcess started() {
    return says(" - Started in ");
  }

  AppProcess signal(StopSignal signal) {
    return kill(signal.name());
  }

  AppProcess kill(String signal) {
    asked = System.nanoTime();
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  /** Lets it run for so long; less if it ends by itself. */
  AppProcess runsFor(Duration time) throws InterruptedException {
    process.waitFor(time.toMillis(), MILLISECONDS);
    return this;
  }

  /** Waits for its end. */
  Ended ends() throws InterruptedException {
    assertThat(process.waitFor(LIMIT_SECONDS, SECONDS)).as(this::toString).isTrue();
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    return new Ended(process.exitValue(), out.all(), err.all(), took);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return "stdout:\n" + out + "\nstderr:\n" + err;
  }

  /** What a stream has said, read by a thread of its own. */
  static final class Lines {
    private final StringBuilder text = new StringBuilder(); // guarded by this
    private final Thread reader;
    private boolean over; // guarded by this

    Lines(InputStream stream) {
      reader = new Thread(() -> read(stream), "reader");
      reader.setDaemon(true);
      reader.start();
    }

    private void read(InputStream stream) {
      try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          add(line + "\n");
        }
      } catch (IOException e) {
        add(e + "\n");
      }
      synchronized (this) {
        over = true;
        notifyAll();
      }
    }

    private synchronized void add(String line) {
      text.append(line);
      notifyAll();
    }

    void await(String part) {
      await(all -> all.contains(part), part);
    }

    /** Waits until all that was said is as expected. */
    synchronized void await(Predicate<String> expected, String part) {
      long until = System.nanoTime() + SECONDS.toNanos(LIMIT_SECONDS);
      while (!expected.test(text.toString())) {
        long left = (until - System.nanoTime()) / 1_000_000;
        assertThat(over || left <= 0).as("never said: %s\nbut:\n%s", part, text).isFalse();
        try {
          wait(left);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    String all() throws InterruptedException {
      reader.join(SECONDS.toMillis(LIMIT_SECONDS));
      return toString();
    }

    @Override
    public synchronized String toString() {
      return text.toString();
    }
  }
}
