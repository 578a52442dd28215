package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process tells systemd, in which order, and that it lives without being heard. */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class SystemdTest {

  private static final String WARNS = "NOTIFY_SOCKET=";

  @TempDir Path directory;

  private ServiceManager byPath() {
    return new ServiceManager(directory.resolve("notify").toString());
  }

  private static AppProcess start(Map<String, String> environment, String conf) {
    return command(environment).launch("-conf", conf, ScriptedApp.class.getName());
  }

  private static AppProcess.Command command(Map<String, String> environment) {
    return new AppProcess.Command().environment(environment);
  }

  private void startsAndStops(ServiceManager systemd) throws InterruptedException {
    String conf = "{script { a {}, b { dependsOn = [a] } }}";
    try (systemd;
        AppProcess app = start(systemd.environment(), conf)) {
      systemd.hears("READY=1").hears("STATUS=running, 2 components");
      AppProcess.Ended ended = app.signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      systemd.hears("exit code 0");
      assertThat(systemd.milestones()).containsExactly("READY=1", "STOPPING=1");
      assertThat(systemd.lines()).first().asString().startsWith("EXTEND_TIMEOUT_USEC=");
      assertThat(systemd.values("STATUS")).anyMatch(line -> line.startsWith("stopping (SIGTERM)"));
      assertThat(systemd.values("WATCHDOG")).isEmpty();
      assertThat(ended.out()).doesNotContain(WARNS);
    }
  }

  @Test
  void tellsAStartAndAStopAtAPath() throws InterruptedException {
    startsAndStops(byPath());
  }

  @Test
  void tellsAStartAndAStopAtAnAbstractName() throws InterruptedException {
    startsAndStops(new ServiceManager("@" + UUID.randomUUID()));
  }

  @Test
  void asksForTimeOnlyWithinTheBudgetOfAStartAndSaysWhyThereIsNone() throws InterruptedException {
    String conf =
        "{lifecycle { stopTimeout = 20s }, a { startTimeout = 6s }, b { startTimeout = 2s },"
            + " script { a { start = never }, b { dependsOn = [a] } }}";
    try (ServiceManager systemd = byPath();
        AppProcess app = start(systemd.environment(), conf)) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      systemd.hears("exit code 69");
      assertThat(systemd.milestones()).containsExactly("STOPPING=1");
      List<String> lines = systemd.lines();
      List<Long> start = extensions(lines.subList(0, lines.indexOf("STOPPING=1")));
      assertThat(start).hasSize(1).allMatch(micros -> micros > 0 && micros <= 8_000_000);
      assertThat(extensions(lines)).allMatch(micros -> micros > 0 && micros <= 21_000_000);
      assertThat(systemd.values("STATUS"))
          .anyMatch(line -> line.startsWith("starting, 0 of 2 components; a: starting for 4"))
          .last()
          .asString()
          .contains("\"a\" did not start");
    }
  }

  private static List<Long> extensions(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("EXTEND_TIMEOUT_USEC="))
        .map(line -> Long.valueOf(line.substring(line.indexOf('=') + 1)))
        .toList();
  }

  @Test
  void namesTheWorkThatADrainWaitsForAndStopsOnceWhoeverHurries() throws InterruptedException {
    try (ServiceManager systemd = byPath();
        AppProcess app =
            start(
                systemd.environment(),
                "{lifecycle { stopTimeout = 60s }, script { a { work = never } }}")) {
      systemd.hears("READY=1");
      app.signal(StopSignal.TERM);
      systemd.hears("draining for").hears("endless work");
      AppProcess.Ended ended = app.signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(143);
      systemd.hears("exit code 143");
      assertThat(systemd.milestones()).containsExactly("READY=1", "STOPPING=1");
    }
  }

  @Test
  void saysSoWhenTheTimeOfAStopIsUp() throws InterruptedException {
    try (ServiceManager systemd = byPath();
        AppProcess app =
            start(
                systemd.environment(),
                "{lifecycle { stopTimeout = 3s }, a { releaseTimeout = 1s },"
                    + " script { a { stop = block } }}")) {
      systemd.hears("READY=1");
      AppProcess.Ended ended = app.signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(124);
      systemd.hears(
          all ->
              all.stream()
                  .anyMatch(
                      line ->
                          line.matches("STATUS=(Ending now: .* within 3 s|.*TIMED_OUT in ).*")));
      assertThat(systemd.milestones()).containsExactly("READY=1", "STOPPING=1");
    }
  }

  @Test
  void saysWhoEndsItAtOnce() throws InterruptedException {
    try (ServiceManager systemd = byPath();
        AppProcess app =
            start(
                systemd.environment(),
                "{lifecycle { stopTimeout = 600s }, a { releaseTimeout = 300s },"
                    + " script { a { work = never, stop = never } }}")) {
      systemd.hears("READY=1");
      app.signal(StopSignal.TERM).says("a: drain\n").runsFor(Duration.ofMillis(700));
      app.signal(StopSignal.TERM).says("a: stop\n").runsFor(Duration.ofMillis(700));
      AppProcess.Ended ended = app.signal(StopSignal.TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(143);
      systemd.hears("STATUS=Ending now: a third signal, SIGTERM");
      assertThat(systemd.milestones()).containsExactly("READY=1", "STOPPING=1");
    }
  }

  @Test
  void saysWhichConfigurationIsWrong() throws InterruptedException {
    try (ServiceManager systemd = byPath();
        AppProcess app = start(systemd.environment(), "{lifecycle { stopTimeout = soon }}")) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
      systemd.hears("lifecycle.stopTimeout");
      assertThat(systemd.lines()).hasSize(1).first().asString().startsWith("STATUS=not started; ");
    }
  }

  @Test
  void isAliveWhileEveryEventLoopAnswers() throws InterruptedException, IOException {
    Path demand = directory.resolve("demand");
    String conf = "{script { a { work = blockOnDemand, demand = \"%s\" } }}".formatted(demand);
    try (ServiceManager systemd = byPath();
        AppProcess app =
            command(systemd.environment(2_000))
                .watchedItself()
                .launch("-conf", conf, ScriptedApp.class.getName())) {
      systemd.hears(lines -> Collections.frequency(lines, "WATCHDOG=1") >= 3);
      Files.createFile(demand);
      app.says("blocked");
      systemd.hears("STATUS=hangs: an event loop does not answer (vert.x-eventloop-thread-");
      int feeds = systemd.values("WATCHDOG").size();
      app.runsFor(Duration.ofSeconds(3));

      List<String> lines = systemd.lines();
      assertThat(lines.indexOf("READY=1")).isLessThan(lines.indexOf("WATCHDOG=1"));
      assertThat(Collections.frequency(lines, "WATCHDOG=1")).isEqualTo(feeds);
    }
  }

  @Test
  void feedsNoWatchdogThatWatchesAnother() throws InterruptedException {
    try (ServiceManager systemd = byPath()) {
      Map<String, String> environment = new HashMap<>(systemd.environment(100));
      environment.put("WATCHDOG_PID", "1");
      try (AppProcess app = start(environment, "{script { a {} }}")) {
        systemd.hears("READY=1");
        app.runsFor(Duration.ofSeconds(1)).signal(StopSignal.TERM).ends();

        systemd.hears("exit code 0");
        assertThat(systemd.values("WATCHDOG")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/run/nobody/listens", "@nobody-listens", "garbage", "/", "vsock:2:1"})
  void livesWithoutBeingHeard(String address) throws InterruptedException {
    Map<String, String> environment = Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "100000");
    try (AppProcess app = start(environment, "{script { a {} }}")) {
      warnsOnce(app, WARNS + address);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "netty-transport-native-epoll-.*",
        "netty-transport-(native|classes)-(epoll|io_uring|unix-common)-.*"
      })
  void saysWhatToAddWhereTheLibraryIsMissing(String pattern) throws InterruptedException {
    try (ServiceManager systemd = byPath();
        AppProcess app =
            command(systemd.environment())
                .classPathWithout(pattern)
                .launch("-conf", "{script { a {} }}", ScriptedApp.class.getName())) {
      warnsOnce(app, "add io.netty:netty-transport-native-epoll");
      assertThat(systemd.lines()).isEmpty();
    }
  }

  private static void warnsOnce(AppProcess app, String what) throws InterruptedException {
    AppProcess.Ended ended = app.started().signal(StopSignal.TERM).ends();

    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.out().lines().filter(line -> line.contains(WARNS)))
        .hasSize(1)
        .allMatch(line -> line.contains("WARN") && line.contains(what));
  }
}
