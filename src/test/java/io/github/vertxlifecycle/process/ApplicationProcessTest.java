package io.github.vertxlifecycle.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationCommand;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.Lingering;
import io.github.vertxlifecycle.junit5.Parting;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.junit5.TalkingApp;
import io.github.vertxlifecycle.report.StopReport.ComponentReport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a test learns of an application that runs in a process of its own. */
@Tag("integration")
final class ApplicationProcessTest {

  private static final long PATIENCE_SECONDS = 120;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ApplicationCommand talking() {
    return ApplicationProcess.of(TalkingApp.class).config("http { host = 127.0.0.1, port = 0 }");
  }

  private CompletableFuture<HttpResponse<String>> get(ApplicationProcess app, String path) {
    URI uri = URI.create("http://127.0.0.1:" + app.port("http") + path);
    return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  /** A POST: the client sends a GET whose connection was cut once more, by itself. */
  private CompletableFuture<HttpResponse<String>> hang(ApplicationProcess app) {
    URI uri = URI.create("http://127.0.0.1:" + app.port("http") + "/hang");
    HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  @Test
  void servesAndStopsOnASignalWithAReport() throws Exception {
    try (ApplicationProcess app = talking().start()) {
      app.started();
      assertThat(get(app, "/hello").get(PATIENCE_SECONDS, TimeUnit.SECONDS).body())
          .isEqualTo("hello");

      ProcessEnd end = app.signal(Signal.TERM).ends().exitedWith(0);

      assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.report().reason()).isEqualTo("SIGTERM");
      assertThat(end.report().exitCode()).isZero();
      assertThat(end.report().components())
          .extracting(ComponentReport::name)
          .containsExactly("http", "store");
      assertThat(end.component("store").outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.report().run().pid()).isEqualTo(app.pid());
      assertThat(end.out()).contains("Started in ");
      assertThat(end.err()).contains("GREETING is null").doesNotContain("Started in");
      assertThat(end.output()).contains("Started in ", "GREETING is null");
      assertThat(app.isRunning()).isFalse();
    }
  }

  @Test
  void namesWorkThatWasCut() {
    try (ApplicationProcess app =
        talking()
            .config("http { host = 127.0.0.1, port = 0, drainTimeout = 200ms }")
            .start()
            .started()) {
      CompletableFuture<HttpResponse<String>> answer = hang(app);
      app.says("hangs");

      ProcessEnd end = app.signal(Signal.INT).ends().exitedWith(124);

      assertThat(end.component("http").outcome()).isEqualTo(Outcome.CUT);
      assertThat(end.component("http").cut())
          .singleElement()
          .satisfies(work -> assertThat(work.what()).contains("POST /hang"));
      assertThat(end.report().longestWork())
          .singleElement()
          .satisfies(work -> assertThat(work.cut()).isTrue());
      assertThat(answer).failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
      assertThatThrownBy(() -> end.exitedWith(0))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("expected exit code 0, not exit code 124")
          .hasMessageContaining("POST /hang")
          .hasMessageContaining("Started in ");
      assertThatThrownBy(() -> end.component("database"))
          .hasMessageContaining("the report names no component database");
    }
  }

  @Test
  void aConfigurationThatIsWrongIsNamedWithItsFileAndLine(@TempDir Path directory)
      throws Exception {
    Path file = Files.writeString(directory.resolve("production.conf"), "http {\n  prot = 80\n}\n");
    try (ApplicationProcess app = talking().configFile(file).start()) {
      ProcessEnd end = app.ends().exitedWith(78);

      assertThat(end.err()).contains("prot", "production.conf:2: ");
      assertThat(end.hasReport()).isFalse();
      assertThatThrownBy(end::report)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("there is no report of the stop")
          .hasMessageContaining("prot");
    }
  }

  @Test
  void whatTheTestConfiguresWinsOverTheFile(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("production.conf"), "http.port = 70000\n");
    try (ApplicationProcess app = talking().configFile(file).start()) {
      assertThat(app.port("http")).isBetween(1, 65_535);
    }
  }

  @Test
  void takesFlagsVariablesAndFiles(@TempDir Path directory) throws Exception {
    Files.writeString(
        directory.resolve("logback.xml"),
        """
        <configuration>
          <appender name="o" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>OURS %msg%n</pattern></encoder>
          </appender>
          <root level="info"><appender-ref ref="o"/></root>
        </configuration>
        """);
    try (ApplicationProcess app =
        talking()
            .jvm("-Xmx64m", "-Xlog:gc+init")
            .environment("GREETING", "a good day")
            .flags("-options", "{eventLoopPoolSize = 1}")
            .classPathBegins(directory)
            .start()
            .started()) {
      app.says("GREETING is a good day");
      assertThat(app.says(Pattern.compile("Heap Max Capacity: (\\w+)")).group(1)).isEqualTo("64M");
      app.says("OURS Started in");
    }
  }

  @Test
  void aProcessThatDoesNotEndIsShownWithItsStacksAndKilled() {
    try (ApplicationProcess app = ApplicationProcess.ofMain(Lingering.class).start()) {
      app.says("lingers");
      app.patience(Duration.ofMillis(100));

      assertThatThrownBy(() -> app.signal(Signal.TERM).ends())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("Lingering (process " + app.pid() + ")")
          .hasMessageContaining("has not ended 100 ms after SIGTERM, and was killed")
          .hasMessageContaining("lingers")
          .hasMessageContaining("\"the one that lingers\"")
          .hasMessageContaining("Lingering.linger(");
      assertThat(app.isRunning()).isFalse();
    }
  }

  @Test
  void whatIsNeverSaidIsMissedAtOnceWhenTheProcessHasEnded() {
    try (ApplicationProcess app = talking().flags("-version").start()) {
      assertThatThrownBy(app::started)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("never said: that it has started; it has ended")
          .hasMessageContaining("Vert.x");
      app.ends().exitedWith(0);
    }
  }

  @Test
  void aSecondSignalEndsTheDrains() {
    try (ApplicationProcess app = talking().start().started()) {
      CompletableFuture<HttpResponse<String>> answer = hang(app);
      app.says("hangs");

      ProcessEnd end = app.signal(Signal.TERM).signalAgain(Signal.TERM).ends().exitedWith(143);

      assertThat(end.component("http").outcome()).isEqualTo(Outcome.CUT);
      assertThat(answer).failsWithin(Duration.ofSeconds(PATIENCE_SECONDS));
    }
  }

  @Test
  void thereIsNoSecondSignalForAProcessThatHasEnded() {
    try (ApplicationProcess app = talking().start().started()) {
      assertThatThrownBy(() -> app.signal(Signal.TERM).signalAgain(Signal.TERM))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("has ended before a second SIGTERM");
    }
  }

  @Test
  void aProcessThatIsHeldGoesOn() {
    try (ApplicationProcess app = talking().start().started()) {
      app.signal(Signal.STOP).signal(Signal.TERM).signal(Signal.CONT).ends().exitedWith(0);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesNoReport() {
    try (ApplicationProcess app = talking().start().started()) {
      ProcessEnd end = app.signal(Signal.KILL).ends().exitedWith(137);

      assertThat(end.hasReport()).isFalse();
      assertThat(app.signal(Signal.TERM).ends()).isSameAs(end);
    }
  }

  @Test
  void closingEndsItAndWhatItHasStarted() throws Exception {
    ProcessHandle child;
    long pid;
    try (ApplicationProcess app = ApplicationProcess.ofMain(Parting.class).start()) {
      pid = app.pid();
      child = handle(app.says(Pattern.compile("child ([0-9]+)")).group(1));
      app.ends().exitedWith(0);
      assertThat(child.isAlive()).isTrue();
    }

    child.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  private static ProcessHandle handle(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
