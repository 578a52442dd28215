package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.handover.RestartLoad;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.rollout.FreePorts;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A supervisor listens, and passes its sockets: they block, and stay when the service ends. */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class SocketActivationTest {

  private static final String NIO = "{preferNativeTransport = false}";

  @TempDir Path directory;
  private int port;
  private int other;

  @BeforeEach
  void findPorts() throws IOException {
    List<Integer> free = FreePorts.of(2);
    port = free.get(0);
    other = free.get(1);
  }

  private List<String> command(String... more) {
    return commandOn("127.0.0.1", "", more);
  }

  private List<String> commandOn(String host, String conf, String... more) {
    String all = "{http { host = \"%s\", port = %d }, %s}".formatted(host, port, conf);
    return new AppProcess.Command()
        .words(
            Stream.concat(Stream.of("-conf", all, HandoverApp.class.getName()), Stream.of(more))
                .toArray(String[]::new));
  }

  private static String get(int port, String path) throws IOException {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      return client.read().body();
    }
  }

  private String tcp() {
    return "tcp=" + port;
  }

  @ParameterizedTest
  @CsvSource({"fds, true, false", "fds, true, true", "input, true, true", "input, false, false"})
  void nobodyNoticesARestart(String way, boolean epoll, boolean newFirst) throws Exception {
    List<String> command = epoll ? command() : command("-options", NIO);
    try (Supervisor supervisor = new Supervisor(way, "its", List.of(tcp()), command)) {
      long serving = supervisor.start();
      try (RestartLoad load = new RestartLoad(port, false, 4, 6)) {
        for (int restart = 1; restart <= 3; restart++) {
          load.awaitAnswers(100);
          long next;
          if (newFirst) {
            next = supervisor.start();
            supervisor.says("Started in", restart + 1);
            supervisor.stop(serving, 0);
          } else {
            supervisor.stop(serving, 0);
            next = supervisor.start();
          }
          serving = next;
        }
        load.awaitAnswers(100).end();
        assertThat(List.of(load.lost(), load.shed(), load.refused()))
            .as(load + "\n" + supervisor)
            .containsOnly(0);
      }
      supervisor.stop(serving, 0);
      assertThat(supervisor.toString()).contains("CLEAN").doesNotContain("WARN");
    }
  }

  @Test
  void allAddressesOfIpv6ServeThoseOfIpv4() throws Exception {
    List<String> command = commandOn("0.0.0.0", "");
    try (Supervisor supervisor = new Supervisor("fds", "its", List.of("tcp6=" + port), command)) {
      long pid = supervisor.start();
      assertThat(get(port, "/pid")).isEqualTo(Long.toString(pid));
      supervisor.stop(pid, 0);
      assertThat(supervisor.toString()).doesNotContain("WARN");
    }
  }

  @Test
  void theManagementListensOnASocketOfItsOwn() throws Exception {
    List<String> command = commandOn("127.0.0.1", "management { port = " + other + " }");
    List<String> sockets = List.of("tcp=" + other, tcp());
    try (Supervisor supervisor = new Supervisor("fds", "its", sockets, command)) {
      long pid = supervisor.start();
      assertThat(get(port, "/pid")).isEqualTo(Long.toString(pid));
      assertThat(get(other, "/readyz")).contains("UP");
      supervisor.stop(pid, 0);
      assertThat(supervisor.toString()).doesNotContain("WARN");
    }
  }

  @Test
  void thePathOfAUnixSocketStays() throws Exception {
    Path path = directory.resolve("http.sock");
    List<String> command = commandOn("unix:" + path, "");
    try (Supervisor supervisor = new Supervisor("fds", "its", List.of("unix=" + path), command)) {
      for (int restart = 0; restart < 2; restart++) {
        long pid = supervisor.start();
        assertThat(overUnixSocket(path)).contains("200 OK").endsWith(Long.toString(pid));
        supervisor.stop(pid, 0);
        assertThat(path).exists();
      }
      assertThat(supervisor.toString()).doesNotContain("WARN");
    }
  }

  static String overUnixSocket(Path path) throws IOException {
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(UnixDomainSocketAddress.of(path));
      client.write(ByteBuffer.wrap("GET /pid HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(10_000);
      while (client.read(answer) >= 0) {
        assertThat(answer.hasRemaining()).isTrue();
      }
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aSocketTooManyIsClosedWithAWarning() throws Exception {
    List<String> sockets = List.of("udp=" + port, tcp(), "tcp=" + other);
    try (Supervisor supervisor = new Supervisor("fds", "its", sockets, command())) {
      long pid = supervisor.start();
      assertThat(get(port, "/pid")).isEqualTo(Long.toString(pid));
      supervisor.says("Nobody here listens on 127.0.0.1:" + other);
      supervisor.says("descriptor 3: it is no stream socket that listens");
      supervisor.stop(pid, 0);
    }
  }

  @Test
  void whatIsMeantForAnotherProcessIsNotTaken() throws Exception {
    List<String> sockets = List.of("tcp=" + other);
    try (Supervisor supervisor = new Supervisor("fds", "1", sockets, command())) {
      long pid = supervisor.start();
      supervisor.says("LISTEN_FDS is meant for process 1").says("Started in");
      assertThat(get(port, "/pid")).isEqualTo(Long.toString(pid));
      supervisor.stop(pid, 0);
    }
  }

  @Test
  void standardInputNeedsNoNativeLibrary() throws Exception {
    String conf = "{http { host = \"127.0.0.1\", port = %d }}".formatted(port);
    List<String> command =
        new AppProcess.Command()
            .classPathWithout("netty-transport-(native|classes)-(epoll|io_uring|unix-common)-.*")
            .words("-conf", conf, HandoverApp.class.getName());
    try (Supervisor supervisor = new Supervisor("input", "its", List.of(tcp()), command)) {
      long pid = supervisor.start();
      assertThat(get(port, "/pid")).isEqualTo(Long.toString(pid));
      supervisor.stop(pid, 0);
      assertThat(supervisor.toString()).doesNotContain("WARN");
    }
  }

  @Test
  void saysWhatToDoWhereNioCannotTakeThem() throws Exception {
    List<String> command = command("-options", NIO);
    try (Supervisor supervisor = new Supervisor("fds", "its", List.of(tcp()), command)) {
      long pid = supervisor.start();
      supervisor.complains("LISTEN_FDS passes a socket, which only epoll can use");
      supervisor.ended(pid, 78);
    }
  }
}
