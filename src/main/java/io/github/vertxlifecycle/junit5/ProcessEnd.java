package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.report.StopReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a process ended, and what it left. */
public final class ProcessEnd {

  private final int exitCode;
  private final @Nullable StopReport report;
  private final ProcessOutput output;
  private final Duration took;

  ProcessEnd(int exitCode, @Nullable StopReport report, ProcessOutput output, Duration took) {
    this.exitCode = exitCode;
    this.report = report;
    this.output = output;
    this.took = took;
  }

  /**
   * What the process ended with. A process that a signal ended has 128 and the signal's number: 137
   * after SIGKILL.
   *
   * @return the exit code
   */
  public int exitCode() {
    return exitCode;
  }

  /**
   * Checks the exit code.
   *
   * @param expected 0 after a stop in which everything finished
   * @return this
   * @throws AssertionError if it is another one; its message holds the report and the output
   */
  public ProcessEnd exitedWith(int expected) {
    if (exitCode != expected) {
      throw new AssertionError("expected exit code %s, not %s".formatted(expected, this));
    }
    return this;
  }

  /**
   * The report of the stop, with outcome, components and the work that was cut.
   *
   * @return the report
   * @throws AssertionError if the process wrote none: it was killed, or nothing was started
   */
  public StopReport report() {
    if (report == null) {
      throw new AssertionError(
          "there is no report of the stop; a process leaves none that was killed, or that started"
              + " nothing: "
              + this);
    }
    return report;
  }

  /**
   * One component's part in the report.
   *
   * @param name the component
   * @return its part
   * @throws AssertionError if the report does not name it, because its start did not begin
   */
  public StopReport.ComponentReport component(String name) {
    return report().components().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("the report names no component %s: %s".formatted(name, this)));
  }

  /**
   * The components in the order in which they had stopped.
   *
   * @return their names
   * @throws AssertionError if the process wrote no report
   */
  public List<String> stopped() {
    return report().components().stream().map(StopReport.ComponentReport::name).toList();
  }

  /**
   * Whether the process has left a report.
   *
   * @return true unless it was killed or started nothing
   */
  public boolean hasReport() {
    return report != null;
  }

  /**
   * All that the process wrote, in the order in which it was read.
   *
   * @return lines of standard output and standard error
   */
  public String output() {
    return output.toString();
  }

  /**
   * What it wrote to standard output, where the log goes by default.
   *
   * @return lines
   */
  public String out() {
    return output.of(ProcessOutput.OutputStreamName.OUT);
  }

  /**
   * What it wrote to standard error, where the launcher says why nothing was started.
   *
   * @return lines
   */
  public String err() {
    return output.of(ProcessOutput.OutputStreamName.ERR);
  }

  /**
   * The time from the last signal, or else from the start, until the process had ended.
   *
   * @return wall time, which depends on the machine
   */
  public Duration took() {
    return took;
  }

  /** The exit code, the report and the output, for the message of an assertion. */
  @Override
  public String toString() {
    return "exit code %s, %s\noutput:\n%s"
        .formatted(exitCode, report == null ? "no report" : "report:\n" + report.toText(), output);
  }
}
