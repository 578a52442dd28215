package io.github.vertxlifecycle.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Listens for a service and passes it the sockets, as {@code sd_listen_fds(3)} and {@code inetd}
 * do; keeps them while nobody serves. A small Perl program: the JDK passes no descriptors on.
 */
final class Supervisor implements AutoCloseable {

  private static final String PROGRAM =
      """
      use strict; use Socket; use POSIX; use IO::Handle;
      $^F = 1000; $| = 1;
      my ($way, $meant) = (shift, shift);
      my @sockets;
      while ((my $spec = shift) ne '--') {
        my ($kind, $where) = split /=/, $spec, 2;
        my $socket;
        if ($kind eq 'unix') {
          socket($socket, PF_UNIX, SOCK_STREAM, 0) or die $!;
          unlink $where; bind($socket, sockaddr_un($where)) or die $!;
        } elsif ($kind eq 'udp') {
          socket($socket, PF_INET, SOCK_DGRAM, 0) or die $!;
          bind($socket, sockaddr_in($where, INADDR_LOOPBACK)) or die $!;
        } elsif ($kind eq 'tcp6') {
          socket($socket, PF_INET6, SOCK_STREAM, 0) or die $!;
          setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
          bind($socket, pack_sockaddr_in6($where, Socket::IN6ADDR_ANY)) or die $!;
        } else {
          socket($socket, PF_INET, SOCK_STREAM, 0) or die $!;
          setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1);
          bind($socket, sockaddr_in($where, INADDR_LOOPBACK)) or die $!;
        }
        if ($kind ne 'udp') { listen($socket, 1000) or die $!; }
        push @sockets, $socket;
      }
      my @high = map { 200 + $_ } 0 .. $#sockets;
      POSIX::dup2(fileno($sockets[$_]), $high[$_]) or die $! for 0 .. $#sockets;
      close $_ for @sockets;
      $SIG{CHLD} = sub {
        while ((my $pid = waitpid(-1, WNOHANG)) > 0) { print "ENDED $pid $?\n"; }
      };
      while (1) {
        my $line = <STDIN>;
        if (!defined $line) { next if $!{EINTR}; last; }
        my $pid = fork;
        if ($pid) { print "PID $pid\n"; next; }
        if ($way eq 'fds') {
          POSIX::dup2($high[$_], 3 + $_) for 0 .. $#high;
          $ENV{LISTEN_FDS} = @high; $ENV{LISTEN_PID} = $meant eq 'its' ? $$ : $meant;
          open(STDIN, '<', '/dev/null');
        } else {
          POSIX::dup2($high[0], 0);
        }
        POSIX::close($_) for @high;
        exec @ARGV or die $!;
      }
      """;

  private static final Pattern STARTED = Pattern.compile("PID (\\d+)\n");

  private final Process process;
  private final AppProcess.Lines out;
  private final AppProcess.Lines err;
  private final OutputStream orders;
  private int started;

  /**
   * Listens.
   *
   * @param way {@code fds}, or {@code input} for the first as standard input
   * @param meant the process that is meant by {@code LISTEN_PID}; {@code its} for the right one
   * @param sockets {@code tcp=PORT}, {@code tcp6=PORT} for all addresses, {@code udp=PORT}, {@code
   *     unix=PATH}
   * @param command runs the service
   */
  Supervisor(String way, String meant, List<String> sockets, List<String> command)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("perl", "-e", PROGRAM, way, meant));
    words.addAll(sockets);
    words.add("--");
    words.addAll(command);
    process = new ProcessBuilder(words).start();
    out = new AppProcess.Lines(process.getInputStream());
    err = new AppProcess.Lines(process.getErrorStream());
    orders = process.getOutputStream();
  }

  /** Starts the service, beside any that runs, and tells its process. */
  long start() throws IOException {
    started++;
    orders.write("start\n".getBytes(StandardCharsets.US_ASCII));
    orders.flush();
    while (true) {
      out.await("PID ");
      Matcher all = STARTED.matcher(out.toString());
      for (int i = 0; all.find(); ) {
        if (++i == started) {
          return Long.parseLong(all.group(1));
        }
      }
      Thread.onSpinWait();
    }
  }

  /** Waits until a service says this. */
  Supervisor says(String part) {
    out.await(part);
    return this;
  }

  /** Waits until it is said so many times. */
  Supervisor says(String part, int times) throws InterruptedException {
    out.await(text -> text.split(Pattern.quote(part), -1).length > times, part + " × " + times);
    return this;
  }

  /** Waits until a service complains so. */
  Supervisor complains(String part) {
    err.await(part);
    return this;
  }

  /** Stops a process of the service, and waits for its end. */
  void stop(long pid, int exitCode) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-TERM", Long.toString(pid)).start().waitFor();
    ended(pid, exitCode);
  }

  /** Waits for the end of a process of the service. */
  void ended(long pid, int exitCode) {
    out.await("ENDED " + pid + " " + (exitCode << 8) + "\n");
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return out + "\n" + err;
  }
}
