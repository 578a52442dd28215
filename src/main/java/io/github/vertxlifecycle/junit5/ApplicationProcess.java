package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.Deployable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application in a process of its own, for tests that want the real thing: signals, exit codes,
 * {@code kill -9}.
 *
 * <pre>{@code
 * try (ApplicationProcess app =
 *     ApplicationProcess.of(LinksApp.class).config("http { port = 0 }").jvm("-Xmx64m").start()) {
 *   app.started();
 *   // requests to app.port("http")
 *   ProcessEnd end = app.signal(Signal.TERM).ends();
 *   end.exitedWith(0);
 *   assertThat(end.component("http").outcome()).isEqualTo(Outcome.CLEAN);
 * }
 * }</pre>
 *
 * <p>The process runs the JDK and the class path of the test, in a process group of its own.
 * Closing ends it with all that it has started, at once, and deletes its files. The same happens
 * when the test's JVM ends without that, even by {@code kill -9}: nothing stays behind.
 *
 * <p>Every wait has a limit, an upper bound for a machine that is very busy, and ends with an
 * {@link AssertionError} whose message holds what the process wrote. For Linux and macOS. To be
 * used by one thread at a time.
 */
public final class ApplicationProcess implements AutoCloseable {

  private static final Pattern STOPPING = Pattern.compile("Stopping: ");
  private static final Duration NOT_THE_SAME_SIGNAL = Duration.ofMillis(700);
  private static final Pattern STARTED = Pattern.compile("Started in ");

  /** The last line but the heap of what a JVM writes on SIGQUIT. */
  private static final Pattern DUMP_END = Pattern.compile("JNI global ref");

  private static final Duration DUMP_PATIENCE = Duration.ofSeconds(10);

  /** A successor may hold the output of a process that has ended. */
  private static final Duration OUTPUT_PATIENCE = Duration.ofSeconds(5);

  private final String application;
  private final Process process;
  private final ProcessOutput output;
  private final Path directory;
  private Duration patience;
  private long asked = System.nanoTime();
  private String askedWith = "its start";
  private @Nullable ProcessEnd end;
  private boolean closed;

  ApplicationProcess(String application, Process process, Path directory, Duration patience) {
    this.application = application;
    this.process = process;
    this.output = ProcessOutput.of(process);
    this.directory = directory;
    this.patience = patience;
  }

  /**
   * A process of the toolkit's launcher with this main verticle.
   *
   * @param application a public class with a constructor without parameters, most often a {@code
   *     RootVerticle}
   * @return the process, to be configured and started
   */
  public static ApplicationCommand of(Class<? extends Deployable> application) {
    return ApplicationCommand.ofVerticle(application);
  }

  /**
   * A process of an application that has a {@code main} of its own.
   *
   * @param main a class whose {@code main} calls {@code Lifecycle.run(…, args)}
   * @return the process, to be configured and started
   */
  public static ApplicationCommand ofMain(Class<?> main) {
    return ApplicationCommand.ofMain(main);
  }

  /**
   * The number of the process.
   *
   * @return its pid
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Sets how long each wait from now on may take.
   *
   * @param limit an upper bound, see {@link ApplicationCommand#patience}
   * @return this
   */
  public ApplicationProcess patience(Duration limit) {
    patience = limit;
    return this;
  }

  /**
   * Whether the process is there still.
   *
   * @return false once it has ended
   */
  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Waits until the whole application runs. Reads that from the log, {@code Started in …}, which
   * the configuration of the process's logging must let through.
   *
   * @return this
   * @throws AssertionError if the process ends before, or the limit passes
   */
  public ApplicationProcess started() {
    await(STARTED, "that it has started");
    return this;
  }

  /**
   * Waits for a line of its output, on standard output or standard error. Lines that were written
   * before the call count.
   *
   * @param text a part of the line
   * @return this
   * @throws AssertionError if the process ends without it, or the limit passes
   */
  public ApplicationProcess says(String text) {
    await(Pattern.compile(Pattern.quote(text)), text);
    return this;
  }

  /**
   * Waits for a line of its output.
   *
   * @param line is looked for in every line
   * @return what was found in the first line that has it
   * @throws AssertionError if the process ends without it, or the limit passes
   */
  public Matcher says(Pattern line) {
    return await(line, line.toString());
  }

  /**
   * The port that an HTTP component listens on, which its configuration left to the system. Reads
   * that from the log, and waits for it.
   *
   * @param component the component's name
   * @return the port
   * @throws AssertionError if the process ends before, or the limit passes
   */
  public int port(String component) {
    Pattern listening =
        Pattern.compile("\\b" + Pattern.quote(component) + ": listening on \\S*:([0-9]+)");
    return Integer.parseInt(
        await(listening, "which port %s listens on".formatted(component)).group(1));
  }

  /**
   * What the process has written so far, in the order in which it was read.
   *
   * @return lines of standard output and standard error
   */
  public String output() {
    return output.toString();
  }

  private Matcher await(Pattern line, String what) {
    @Nullable Matcher found = interruptible(what, () -> output.await(line, patience));
    if (found != null) {
      return found;
    }
    throw new AssertionError(
        "%s never said: %s; %s. Its output:\n%s"
            .formatted(
                this,
                what,
                output.hasEnded() ? "it has ended" : "waited for " + Durations.format(patience),
                output));
  }

  /**
   * Sends a signal. Sends nothing if the process has ended.
   *
   * @param signal which one
   * @return this
   */
  public ApplicationProcess signal(Signal signal) {
    asked = System.nanoTime();
    askedWith = signal.toString();
    if (process.isAlive()) {
      interruptible(
          askedWith,
          () -> {
            GuardedCommand.signal(signal.name(), List.of(Long.toString(pid())));
            return this;
          });
    }
    return this;
  }

  /**
   * Sends a signal to a process that is stopping already, which then ends all drains at once. A
   * signal that comes within half a second of the one before counts as that one, so this waits
   * until the log says that the process stops, and for that half second.
   *
   * @param signal which one
   * @return this
   * @throws AssertionError if the process ends before, or the limit passes
   */
  public ApplicationProcess signalAgain(Signal signal) {
    await(STOPPING, "that it stops");
    boolean ended =
        interruptible(
            "the second signal",
            () -> process.waitFor(NOT_THE_SAME_SIGNAL.toMillis(), TimeUnit.MILLISECONDS));
    if (ended) {
      throw new AssertionError(
          "%s has ended before a second %s. Its output:\n%s".formatted(this, signal, output));
    }
    return signal(signal);
  }

  /**
   * Waits for the end of the process, however it comes.
   *
   * @return how it ended
   * @throws AssertionError if it has not ended when the limit passes; its message holds the output
   *     and the stacks of all threads, and the process is killed
   */
  public ProcessEnd ends() {
    ProcessEnd known = end;
    if (known == null) {
      known = interruptible("its end", this::awaitEnd);
      end = known;
    }
    return known;
  }

  private ProcessEnd awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw notEnded();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    output.awaitEnd(OUTPUT_PATIENCE);
    return new ProcessEnd(
        process.exitValue(), StopReportFile.read(reportFile(directory)), output, took);
  }

  /** A JVM writes the stacks of its threads to its standard output on SIGQUIT. */
  private AssertionError notEnded() throws IOException, InterruptedException {
    GuardedCommand.signal("QUIT", List.of(Long.toString(pid())));
    boolean dumped = output.await(DUMP_END, DUMP_PATIENCE) != null;
    GuardedCommand.kill(process);
    return new AssertionError(
        "%s has not ended %s after %s, and was killed. Its output%s:\n%s"
            .formatted(
                this,
                Durations.format(patience),
                askedWith,
                dumped
                    ? ", with the stacks of its threads at the end"
                    : "; it did not show the stacks of its threads: it is held, or its output is not"
                        + " its own",
                output));
  }

  /** Ends the process, if it still runs, and all that it has started, and deletes its files. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      interruptible(
          "its end",
          () -> {
            GuardedCommand.kill(process);
            output.awaitEnd(OUTPUT_PATIENCE);
            delete(directory);
            return this;
          });
    }
  }

  static Path reportFile(Path directory) {
    return directory.resolve("report.json");
  }

  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(one);
        }
      }
    }
  }

  private interface ProcessStep<T extends @Nullable Object> {
    T run() throws IOException, InterruptedException;
  }

  private <T extends @Nullable Object> T interruptible(String what, ProcessStep<T> step) {
    try {
      return step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(
          "interrupted while waiting for %s of %s. Its output:\n%s".formatted(what, this, output),
          e);
    }
  }

  /** The application and the number of its process. */
  @Override
  public String toString() {
    return "%s (process %s)".formatted(application, process.pid());
  }
}
