package io.github.vertxlifecycle.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.handover.RestartLoad;
import io.github.vertxlifecycle.http.Certificates;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.rollout.Wait;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process takes the place of another while clients ask, or does not, and nobody notices. */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class HandoverTest {

  private static final String WAITS = "last one starts";

  @TempDir Path directory;
  private final List<AppProcess> all = new ArrayList<>();
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    port = FreePorts.one();
  }

  private Path control() {
    return directory.resolve("handover.sock");
  }

  private String conf(String more) {
    return "{lifecycle { handover = \"%s\" }, http { host = \"127.0.0.1\", port = %d }, %s}"
        .formatted(control(), port, more);
  }

  private AppProcess start(String more) {
    return start(Map.of(), more);
  }

  private AppProcess start(Map<String, String> environment, String more) {
    AppProcess started =
        new AppProcess.Command()
            .environment(environment)
            .launch("-conf", conf(more), HandoverApp.class.getName());
    all.add(started);
    return started;
  }

  /** What a failed test leaves behind. */
  @AfterEach
  void killAll() {
    all.forEach(AppProcess::close);
  }

  private RestartLoad load() {
    return new RestartLoad(port, false, 4, 6);
  }

  private String get(String path) throws IOException {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      HttpClientConnection.Answer answer = client.request(path);
      assertThat(answer.status()).isEqualTo(200);
      return answer.body();
    }
  }

  private void assertHandedOver(AppProcess old) throws InterruptedException {
    AppProcess.Ended ended = old.ends();
    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.out()).contains("handed over to PID ").contains("CLEAN");
  }

  private static void assertNobodyNoticed(RestartLoad load) throws InterruptedException {
    load.end();
    assertThat(List.of(load.lost(), load.shed(), load.refused()))
        .as(load.toString())
        .containsOnly(0);
  }

  @Test
  void nobodyNoticesTheSameCommandStartedAgain() throws Exception {
    AppProcess serving = start("").started();
    try (RestartLoad load = load()) {
      for (int restart = 0; restart < 3; restart++) {
        load.awaitAnswers(200);
        AppProcess next = start("").started();
        assertHandedOver(serving);
        serving = next;
      }
      load.awaitAnswers(200);
      assertNobodyNoticed(load);
      assertThat(get("/pid")).isEqualTo(Long.toString(serving.pid()));
    } finally {
      AppProcess.Ended ended = serving.signal(StopSignal.TERM).ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(control()).doesNotExist();
    }
  }

  @Test
  void nobodyNoticesSighup() throws Exception {
    try (AppProcess old = start("").started();
        RestartLoad load = load()) {
      String first = get("/pid");
      load.awaitAnswers(100);
      old.signal(StopSignal.HUP).says("handed over to PID ").says("CLEAN"); // its pipe stays open
      load.awaitAnswers(100);
      String second = get("/pid");
      assertThat(second).isNotEqualTo(first);
      assertNobodyNoticed(load);
      assertEnds(Long.parseLong(second), "TERM");
    }
  }

  @Test
  void thereIsNothingToHandOverBeforeItServesAndOnceItStops() throws Exception {
    try (AppProcess app = start("last { delay = 3s }").says(WAITS)) {
      app.signal(StopSignal.HUP).says("this process does not serve yet").started();
      CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> uncheckedGet("/slow"));
      app.says("slow request begun").signal(StopSignal.TERM).says("Stopping: SIGTERM");
      app.signal(StopSignal.HUP).says("this process stops");
      assertThat(slow.get(120, SECONDS)).isEqualTo(Long.toString(app.pid()));
      AppProcess.Ended ended = app.ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
    }
  }

  private static void assertEnds(long pid, String signal) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    process.onExit().get(120, SECONDS);
  }

  @Test
  void aRequestIsAnsweredByTheProcessThatTookIt() throws Exception {
    try (AppProcess old = start("").started()) {
      CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> uncheckedGet("/slow"));
      old.says("slow request begun");
      try (AppProcess next = start("").says("Took over")) {
        assertThat(get("/pid")).isEqualTo(Long.toString(next.pid()));
        assertThat(slow.get(120, SECONDS)).isEqualTo(Long.toString(old.pid()));
        assertHandedOver(old);
        next.signal(StopSignal.TERM).ends();
      }
    }
  }

  private String uncheckedGet(String path) {
    try {
      return get(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nobodyNoticesOverTlsOnBothVersionsOfHttp() throws Exception {
    Certificates.make(directory, "handover");
    String tls =
        "http.tls { cert = \"%s\", key = \"%s\" }"
            .formatted(directory.resolve("cert.pem"), directory.resolve("key.pem"));
    AppProcess serving = start(tls).started();
    Vertx vertx = Vertx.vertx();
    HttpClient http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2));
    try (RestartLoad load = new RestartLoad(port, true, 2, 2)) {
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      List<Future<?>> loops = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        loops.add(askOverHttp2(http2, over, answered));
      }
      for (int restart = 0; restart < 2; restart++) {
        load.awaitAnswers(50);
        AppProcess next = start(tls).started();
        assertHandedOver(serving);
        serving = next;
      }
      load.awaitAnswers(50);
      over.set(true);
      Future.join(loops).toCompletionStage().toCompletableFuture().get(120, SECONDS);
      assertThat(answered).hasPositiveValue();
      assertNobodyNoticed(load);
    } finally {
      serving.signal(StopSignal.TERM).ends();
      vertx.close().toCompletionStage().toCompletableFuture().get(120, SECONDS);
    }
  }

  /** One request behind the other; fails with the first that is not answered. */
  private Future<?> askOverHttp2(HttpClient client, AtomicBoolean over, AtomicInteger answered) {
    return client
        .request(HttpMethod.GET, port, "127.0.0.1", "/work")
        .compose(HttpClientRequest::send)
        .compose(
            response -> {
              assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
              return response.body();
            })
        .compose(
            body -> {
              assertThat(body).hasToString("done");
              answered.incrementAndGet();
              return over.get() ? Future.succeededFuture() : askOverHttp2(client, over, answered);
            });
  }

  @Test
  void aWebSocketStaysWithItsProcessUntilThatTakesLeave() throws Exception {
    Vertx vertx = Vertx.vertx();
    WebSocketClient client = vertx.createWebSocketClient(); // Vert.x closes what nobody refers to
    try (AppProcess old = start("").started()) {
      List<String> heard = new CopyOnWriteArrayList<>();
      CompletableFuture<Short> closed = new CompletableFuture<>();
      client
          .connect(port, "127.0.0.1", "/socket")
          .compose(
              socket -> {
                socket.textMessageHandler(heard::add);
                socket.closeHandler(gone -> closed.complete(socket.closeStatusCode()));
                return socket.writeTextMessage("who?");
              })
          .toCompletionStage()
          .toCompletableFuture()
          .get(120, SECONDS);
      try (AppProcess next = start("").says("Took over")) {
        assertThat(closed.get(120, SECONDS)).isEqualTo((short) 1001);
        assertThat(heard).containsExactly(Long.toString(old.pid()), "farewell of " + old.pid());
        assertHandedOver(old);
        next.signal(StopSignal.TERM).ends();
      }
    } finally {
      client.close().toCompletionStage().toCompletableFuture().get(120, SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(120, SECONDS);
    }
  }

  @Test
  void thePathOfAUnixSocketGoesOverToTheSuccessor() throws Exception {
    Path path = directory.resolve("http.sock");
    String unix = "http.path = \"%s\"".formatted(path);
    AppProcess serving = start(unix).started();
    for (int restart = 0; restart < 2; restart++) {
      AppProcess next = start(unix).says("Took over");
      assertHandedOver(serving);
      serving = next;
      assertThat(SocketActivationTest.overUnixSocket(path))
          .contains("200 OK")
          .endsWith(Long.toString(serving.pid()));
    }
    AppProcess.Ended ended = serving.signal(StopSignal.TERM).ends();
    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(path).doesNotExist();
  }

  @Test
  void theProbesAskTheProcessThatServes() throws Exception {
    int probes = FreePorts.one();
    String management = "management { port = %d }".formatted(probes);
    try (AppProcess old = start(management).started();
        HttpClientConnection kept = new HttpClientConnection(probes)) {
      assertThat(ready(kept)).isEqualTo(200);
      try (AppProcess next = start(management)) {
        for (int i = 0; i < 20; i++) {
          try (HttpClientConnection probe = new HttpClientConnection(probes)) {
            assertThat(ready(probe)).isEqualTo(200);
          }
        }
        next.says("Took over");
        assertThat(kept.isClosedByPeer()).isTrue();
        try (HttpClientConnection probe = new HttpClientConnection(probes)) {
          assertThat(ready(probe)).isEqualTo(200);
        }
        assertHandedOver(old);
        next.signal(StopSignal.TERM).ends();
      }
    }
  }

  private static int ready(HttpClientConnection client) throws IOException {
    client.send("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    return client.read().status();
  }

  @Test
  void anAddressThatTheSuccessorDoesNotWantIsGivenUp() throws Exception {
    int before = port;
    try (AppProcess old = start("").started()) {
      findPort();
      try (AppProcess next = start("").says("Took over")) {
        next.says("Nobody here listens on 127.0.0.1:" + before);
        assertThat(get("/pid")).isEqualTo(Long.toString(next.pid()));
        assertHandedOver(old);
        assertThatThrownBy(() -> new HttpClientConnection(before))
            .isInstanceOf(ConnectException.class);
        next.signal(StopSignal.TERM).ends();
      }
    }
  }

  // ── successors that do not succeed ─────────────────────────────────────────────────────────────

  @Test
  void aSuccessorThatFailsChangesNothing() throws Exception {
    try (AppProcess old = start("").started();
        RestartLoad load = load();
        AppProcess next = start("last { start = fail }")) {
      AppProcess.Ended ended = next.ends();
      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertServesOn(old, load);
    }
  }

  @Test
  void aSuccessorThatHangsChangesNothing() throws Exception {
    try (AppProcess old = start("").started();
        RestartLoad load = load();
        AppProcess next =
            start("last { start = never, startTimeout = 2s, releaseTimeout = 500ms }")) {
      AppProcess.Ended ended = next.ends();
      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertServesOn(old, load);
    }
  }

  @Test
  void aSuccessorThatIsKilledChangesNothing() throws Exception {
    try (AppProcess old = start("").started();
        RestartLoad load = load();
        AppProcess next = start("last { start = never }").says(WAITS)) {
      load.awaitAnswers(100);
      next.kill("KILL").ends();
      assertServesOn(old, load);
    }
  }

  @Test
  void aSuccessorThatIsToldToStopChangesNothing() throws Exception {
    try (AppProcess old = start("").started();
        RestartLoad load = load();
        AppProcess next = start("last { delay = 60s }").says(WAITS)) {
      load.awaitAnswers(100);
      next.signal(StopSignal.TERM).ends();
      assertServesOn(old, load);
    }
  }

  private void assertServesOn(AppProcess old, RestartLoad load) throws Exception {
    load.awaitAnswers(200);
    old.says("nothing has changed here");
    assertNobodyNoticed(load);
    assertThat(get("/pid")).isEqualTo(Long.toString(old.pid()));
    try (AppProcess another = start("").started()) {
      assertHandedOver(old);
      another.signal(StopSignal.TERM).ends();
    }
  }

  @Test
  void thereIsOneSuccessorAtATime() throws Exception {
    try (AppProcess old = start("").started();
        AppProcess first = start("last { delay = 5s }").says(WAITS);
        AppProcess second = start("")) {
      AppProcess.Ended ended = second.ends();
      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertThat(ended.err()).contains("process " + first.pid() + " is about to take over");
      first.says("Took over");
      assertHandedOver(old);
      assertThat(get("/pid")).isEqualTo(Long.toString(first.pid()));
      first.signal(StopSignal.TERM).ends();
    }
  }

  @Test
  void whoeverStopsTheServiceStopsItsSuccessor() throws Exception {
    try (AppProcess old = start("").started();
        AppProcess next = start("last { delay = 60s }").says(WAITS)) {
      AppProcess.Ended ended = old.signal(StopSignal.TERM).ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
      AppProcess.Ended gaveUp = next.ends();
      assertThat(gaveUp.code()).as(gaveUp.toString()).isEqualTo(69);
      assertThat(gaveUp.out()).contains("is being stopped (SIGTERM)");
    }
  }

  @Test
  void aSuccessorOfAProcessThatWasKilledGoesOn() throws Exception {
    try (AppProcess old = start("").started();
        AppProcess next = start("last { delay = 3s }").says(WAITS)) {
      old.kill("KILL").ends();
      next.started();
      assertThat(get("/pid")).isEqualTo(Long.toString(next.pid()));
      AppProcess.Ended ended = next.signal(StopSignal.TERM).ends();
      assertThat(ended.code()).as(ended.toString()).isZero();
    }
  }

  // ── where it waits ─────────────────────────────────────────────────────────────────────────────

  @Test
  void whatAKilledProcessLeftBehindIsNoPredecessor() throws Exception {
    try (AppProcess killed = start("").started()) {
      killed.kill("KILL").ends();
    }
    assertThat(control()).exists();
    try (AppProcess next = start("").started()) {
      assertThat(get("/pid")).isEqualTo(Long.toString(next.pid()));
      next.signal(StopSignal.TERM).ends();
    }
    assertThat(control()).doesNotExist();
  }

  @Test
  void aPredecessorThatDoesNotAnswerIsNamed() throws Exception {
    try (ServerSocketChannel mute = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      mute.bind(UnixDomainSocketAddress.of(control()));
      try (AppProcess next = start("")) {
        AppProcess.Ended ended = next.ends();
        assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
        assertThat(ended.err())
            .contains("process " + ProcessHandle.current().pid())
            .contains("does not answer");
      }
    }
  }

  /** As root, who can become another user; else the system alone keeps others away. */
  @Test
  void aForeignUserIsRefused() throws Exception {
    try (AppProcess old = start("").started()) {
      Wait.until(
          Duration.ofMinutes(2),
          () -> "nobody waits at " + control(),
          () -> Files.exists(control()));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setPosixFilePermissions(control(), PosixFilePermissions.fromString("rwxrwxrwx"));
      String ask =
          "use Socket; socket(S, PF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un($ARGV[0])) or die $!;"
              + " syswrite(S, \"HELLO 1 1000\\n\"); my $n = sysread(S, my $b, 100); print \"got $n $b\"";
      Process foreign =
          new ProcessBuilder(
                  "setpriv",
                  "--reuid=65534",
                  "--clear-groups",
                  "perl",
                  "-e",
                  ask,
                  control().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(foreign.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).doesNotContain("SOCKETS");
      if (foreign.waitFor() == 0) {
        old.says("of user 65534 wanted to take over; it was refused");
      }
      assertThat(get("/pid")).isEqualTo(Long.toString(old.pid()));
      old.signal(StopSignal.TERM).ends();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative/path", "/", "/nowhere/in/particular.sock", "/proc/x.sock"})
  void refusesAPathThatCannotBe(String path) throws Exception {
    refuses("{lifecycle { handover = \"%s\" }}".formatted(path), path);
  }

  @Test
  void refusesADirectoryThatOthersMayWriteTo() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    refuses(conf(""), "others may write to the directory " + directory);
  }

  @Test
  void refusesAFileThatIsNoSocket() throws Exception {
    Files.writeString(control(), "mine");
    refuses(conf(""), "is no socket");
    assertThat(control()).hasContent("mine");
  }

  @Test
  void refusesNio() throws Exception {
    refuses(conf(""), "epoll", "-options", "{preferNativeTransport = false}");
  }

  @Test
  void refusesAClassPathWithoutEpoll() throws Exception {
    AppProcess.Command command =
        new AppProcess.Command()
            .classPathWithout("netty-transport-(native|classes)-(epoll|io_uring|unix-common)-.*");
    refuses(command, conf(""), "add io.netty:netty-transport-native-epoll");
  }

  private static void refuses(String conf, String why, String... more) throws Exception {
    refuses(new AppProcess.Command(), conf, why, more);
  }

  private static void refuses(AppProcess.Command command, String conf, String why, String... more)
      throws Exception {
    String[] args =
        Stream.concat(Stream.of("-conf", conf, HandoverApp.class.getName()), Stream.of(more))
            .toArray(String[]::new);
    try (AppProcess app = command.launch(args)) {
      AppProcess.Ended ended = app.ends();
      assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
      assertThat(ended.err()).contains("lifecycle.handover").contains(why);
    }
  }

  // ── systemd ────────────────────────────────────────────────────────────────────────────────────

  @Test
  void systemdHearsOfTheNewMainProcessAndOfNoStop() throws Exception {
    try (ServiceManager systemd = new ServiceManager("@" + UUID.randomUUID());
        AppProcess old = start(systemd.environment(), "").started()) {
      systemd.hears("READY=1");
      try (AppProcess next = start(systemd.environment(), "").started()) {
        assertHandedOver(old);
        systemd.hears("MAINPID=" + next.pid());
        systemd.hears(lines -> lines.stream().filter("READY=1"::equals).count() == 2);
        List<String> milestones =
            systemd.lines().stream()
                .filter(line -> line.matches("(READY|STOPPING|MAINPID)=.*"))
                .toList();
        assertThat(milestones).containsExactly("READY=1", "MAINPID=" + next.pid(), "READY=1");
        next.signal(StopSignal.TERM).ends();
        systemd.hears("STOPPING=1");
      }
    }
  }
}
