package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.sample.LinksProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One life of the process: it starts, works, something goes wrong, it stops or dies; then the world
 * is looked at without its help.
 */
final class Round {

  /** What the process ends with when a signal is not handled yet. */
  private static final int UNHANDLED_SIGTERM = 143;

  private static final int KILLED = 137;
  private static final int CUT = 124;
  private static final int START_FAILED = 69;

  private static final Pattern FAULTS_PORT = Pattern.compile("faults: listening on .*:([0-9]+)");

  /** What came of it. */
  record Result(
      Fault fault,
      long seed,
      int exitCode,
      long tookMillis,
      long limitMillis,
      String sums,
      List<String> broken) {}

  private final Fault fault;
  private final long seed;
  private final Random random;
  private final Stores stores;
  private final Path directory;
  private final Duration slack;
  private final List<String> broken = new ArrayList<>();

  private final Duration stopTimeout;
  private final List<Runnable> heals = new ArrayList<>();
  private LinksProcess process;
  private Clients clients;
  private long signalledAt;
  private String lastSignal = "";
  private boolean healed;
  private int expectedCut;

  /**
   * Prepares a round.
   *
   * @param slack what a busy machine may add to the limit of a stop
   */
  Round(Fault fault, long seed, Stores stores, Path directory, Duration slack) {
    this.fault = fault;
    this.seed = seed;
    this.random = new Random(seed);
    this.stores = stores;
    this.directory = directory;
    this.slack = slack;
    int seconds = 5 + random.nextInt(2); // four releases and some time
    this.stopTimeout = Duration.ofSeconds(slow() ? 4 * seconds : seconds);
  }

  /** The library that bends the clock takes a lock at every look at it. */
  private boolean slow() {
    return fault == Fault.CLOCK_JUMPS;
  }

  private void that(boolean holds, String what) {
    if (!holds) {
      broken.add(what);
    }
  }

  private void pause(int atLeast, int atMost) {
    LockSupport.parkNanos(
        TimeUnit.MILLISECONDS.toNanos(atLeast + random.nextInt(atMost - atLeast + 1)));
  }

  /** Plays it. */
  Result play() throws IOException, InterruptedException {
    stores.clear();
    process = start(Faketime.environment(fault == Fault.CLOCK_JUMPS, directory));
    int exitCode;
    long took;
    try (LinksProcess running = process) {
      if (fault == Fault.SIGNAL_DURING_START) {
        clients = new Clients(0, 0);
        pause(0, 2_500);
      } else {
        int port = process.awaitPort();
        clients = new Clients(port, Integer.parseInt(process.awaitLine(FAULTS_PORT)));
        clients.work(slow() ? 4 : 4 + random.nextInt(29), random);
        pause(0, 300);
        breakSomething();
        pause(0, 300);
      }
      endIt();
      exitCode = running.awaitExit();
      took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - signalledAt);
    } finally {
      for (Runnable heal : heals) {
        heal.run();
      }
      stores.postgres.proxy.mode(Proxy.Mode.PASS);
      stores.redis.proxy.mode(Proxy.Mode.PASS);
    }
    clients.join();
    checkProcess(exitCode, took);
    checkWorld(exitCode);
    if (!broken.isEmpty()) {
      Files.writeString(directory.resolve(fault + "-" + seed + ".log"), process.output());
    }
    return new Result(fault, seed, exitCode, took, limit().toMillis(), clients.toString(), broken);
  }

  private LinksProcess start(Map<String, String> environment) throws IOException {
    JsonObject config =
        stores
            .config()
            .put(
                "lifecycle",
                new JsonObject()
                    .put("stopTimeout", stopTimeout.toMillis())
                    .put("announceDelay", random.nextInt(3) == 0 ? 300 : 0))
            .put("http", new JsonObject().put("host", "127.0.0.1").put("port", 0))
            .put("faults", new JsonObject().put("host", "127.0.0.1").put("port", 0));
    return LinksProcess.start(directory, config, ChaosApp.class, environment);
  }

  // ── faults ─────────────────────────────────────────────────────────────────────────────────────

  private void breakSomething() throws IOException, InterruptedException {
    Stores.Store store = random.nextBoolean() ? stores.postgres : stores.redis;
    switch (fault) {
      case SIGTERM, KILL, SIGNAL_DURING_START -> {}
      case SIGINT_TWICE, SIGTERM_TWICE, HANDLER_HANGS -> {
        expectedCut = 1 + random.nextInt(5);
        clients.askFaulty("/hang", expectedCut);
        pause(100, 200);
      }
      case SUSPENDED -> {
        if (random.nextBoolean()) {
          process.signal("STOP");
          pause(10, 900);
          process.signal("CONT");
        }
      }
      case POSTGRES_SUSPENDED -> suspend(stores.postgres);
      case REDIS_SUSPENDED -> suspend(stores.redis);
      case POSTGRES_KILLED -> kill(stores.postgres);
      case REDIS_KILLED -> kill(stores.redis);
      case CONNECTIONS_CUT -> {
        store.proxy.cut();
        if (random.nextBoolean()) {
          recover();
        }
      }
      case CONNECTIONS_DELAYED -> store.proxy.mode(Proxy.Mode.DELAY);
      case CONNECTIONS_THROTTLED -> store.proxy.mode(Proxy.Mode.THROTTLE);
      case CONNECTIONS_HALF_OPEN -> store.proxy.mode(Proxy.Mode.SWALLOW);
      case HANDLER_THROWS -> clients.askFaulty("/throw", 5);
      case HANDLER_BLOCKS_A_WHILE -> clients.askFaulty("/block/" + (200 + random.nextInt(800)), 1);
      case HANDLER_BLOCKS -> clients.askFaulty("/block/60000", 1);
      case CLOCK_JUMPS -> {
        Faketime.jump(directory, random);
        pause(0, 1_500);
      }
      case CLIENTS_VANISH -> clients.vanish(20, random);
      case CLIENTS_STALL ->
          clients.stall("GET /links/none HTTP/1.1\r\nHost: te", 1 + random.nextInt(5));
      case CLIENTS_STALL_IN_BODY -> {
        expectedCut = 1 + random.nextInt(3);
        String whole = HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}");
        clients.stall(whole.substring(0, whole.length() - 10), expectedCut);
        pause(100, 200);
      }
      case CLIENTS_FLOOD -> clients.flood(300);
      case DISK_FULL -> {
        FullDisk.fill(stores.postgres.home());
        heals.add(() -> FullDisk.free(stores.postgres.home()));
        maybeHeal();
      }
    }
  }

  private void suspend(Stores.Store store) throws IOException, InterruptedException {
    store.signal("STOP");
    heals.add(
        () -> {
          try {
            store.signal("CONT");
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    maybeHeal();
  }

  private void kill(Stores.Store store) throws IOException, InterruptedException {
    store.kill();
    heals.add(store::restart);
    maybeHeal();
  }

  /** Half of the faults are over before the stop begins; then the stop must be a good one. */
  private void maybeHeal() {
    pause(0, 1_000);
    if (random.nextBoolean()) {
      heals.forEach(Runnable::run);
      heals.clear();
      recover();
    }
  }

  private void recover() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!clients.served()) {
      if (System.nanoTime() > until) {
        broken.add("the service did not recover within 30 s");
        return;
      }
      pause(50, 50);
    }
    healed = true;
  }

  // ── the end of the process ─────────────────────────────────────────────────────────────────────

  private void endIt() throws IOException, InterruptedException {
    clients.leave();
    signalledAt = System.nanoTime();
    switch (fault) {
      case KILL -> signal("KILL");
      case SIGINT_TWICE -> twice("INT");
      case SIGTERM_TWICE -> twice("TERM");
      case SUSPENDED -> {
        signal("TERM");
        if (random.nextBoolean()) {
          pause(0, 50);
          process.signal("STOP");
          pause(10, 900);
          process.signal("CONT");
        }
      }
      case CLOCK_JUMPS -> {
        signal("TERM");
        Faketime.jump(directory, random);
      }
      default -> signal(random.nextInt(4) == 0 ? "INT" : "TERM");
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    lastSignal = name;
    process.signal(name);
  }

  private void twice(String name) throws IOException, InterruptedException {
    signal(name);
    process.awaitLine(Pattern.compile("faults: draining"));
    pause(0, 500);
    signal(name);
  }

  // ── checks ─────────────────────────────────────────────────────────────────────────────────────

  private Duration limit() {
    return stopTimeout.plusSeconds(1);
  }

  private void checkProcess(int exitCode, long took) throws IOException {
    that(
        took <= limit().plus(slack).toMillis(),
        "it ended after %d ms, the limit is %d ms".formatted(took, limit().toMillis()));
    that(!ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false), "it lives on");
    boolean lossless = clients.unknown.get() == 0 && clients.refused.get() == 0;
    switch (fault.stop) {
      case CLEAN_AND_LOSSLESS -> {
        ended(exitCode, 0);
        that(lossless, "a clean stop lost work: " + clients);
      }
      case CLEAN -> ended(exitCode, 0);
      case CUT -> {
        ended(exitCode, CUT);
        checkCut();
      }
      case FORCED -> ended(exitCode, lastSignal.equals("INT") ? 130 : 143);
      case CRASH -> ended(exitCode, KILLED);
      case ANY -> {
        if (healed) {
          ended(exitCode, 0);
        } else if (fault == Fault.SIGNAL_DURING_START) {
          that(
              List.of(0, START_FAILED, lastSignal.equals("INT") ? 130 : UNHANDLED_SIGTERM)
                  .contains(exitCode),
              "a signal during the start ended in " + exitCode);
        } else {
          that(List.of(0, 70, CUT).contains(exitCode), "it ended with " + exitCode);
        }
      }
    }
    checkReport(exitCode);
  }

  private void ended(int exitCode, int expected) {
    that(exitCode == expected, "it ended with %d, not %d".formatted(exitCode, expected));
  }

  private @Nullable JsonObject report() throws IOException {
    try {
      return process.report();
    } catch (io.vertx.core.json.DecodeException e) {
      return null; // an empty file: there was none
    }
  }

  /** The exit code, the whole's outcome and the components' must tell the same story. */
  private void checkReport(int exitCode) throws IOException {
    JsonObject report = report();
    if (report == null) {
      that(
          fault.stop == Fault.Stop.CRASH || fault == Fault.SIGNAL_DURING_START,
          "there is no report");
      return;
    }
    that(
        report.getInteger("exitCode") == exitCode,
        "the report says " + report.getInteger("exitCode"));
    List<String> outcomes = new ArrayList<>();
    boolean cut = false;
    for (JsonObject one : components(report)) {
      outcomes.add(one.getString("outcome"));
      boolean some = !one.getJsonArray("cut").isEmpty();
      cut |= some;
      that(!some || !one.getString("outcome").equals("CLEAN"), "clean, but cut: " + one);
      that(!one.getString("outcome").equals("CUT") || some, "cut nothing: " + one);
    }
    boolean late = outcomes.contains("CUT") || outcomes.contains("TIMED_OUT") || cut;
    boolean failed = outcomes.contains("FAILED");
    if (exitCode == 0) {
      that(!late && !failed, "exit code 0, but " + outcomes);
    } else if (exitCode == 70) {
      that(failed && !late, "exit code 70, but " + outcomes);
    }
    if (fault.stop != Fault.Stop.FORCED && fault != Fault.SIGNAL_DURING_START) {
      that(exitCode != 0 || outcomes.size() == 5, "it forgot a component: " + outcomes);
    }
  }

  private static List<JsonObject> components(JsonObject report) {
    return report.getJsonArray("components").stream().map(JsonObject.class::cast).toList();
  }

  /** What was cut is what hung: no more, no less. */
  private void checkCut() throws IOException {
    JsonObject report = report();
    if (report == null || expectedCut == 0) {
      return;
    }
    int cut =
        components(report).stream()
            .map(one -> one.getJsonArray("cut"))
            .mapToInt(JsonArray::size)
            .sum();
    that(cut == expectedCut, "%d hung, but %d were cut".formatted(expectedCut, cut));
  }

  private void checkWorld(int exitCode) throws IOException, InterruptedException {
    that(
        clients.sent.get()
            == clients.completed.get() + clients.refused.get() + clients.unknown.get(),
        "the sums do not agree: " + clients);
    checkConnections();
    if (exitCode != 0) {
      restartOnce();
    }
    if (clients.created.isEmpty()) {
      return;
    }
    Map<String, String> urls = stores.urls();
    that(urls.entrySet().containsAll(clients.created.entrySet()), "an acknowledged link is lost");
    int most = clients.created.size() + clients.maybeCreated.get() + expectedCut;
    that(urls.size() <= most, "%d links, at most %d asked for".formatted(urls.size(), most));
    checkHits();
  }

  private void checkHits() {
    Map<String, Long> hits = stores.hits();
    List<String> wrong = new ArrayList<>();
    for (String code : clients.created.keySet()) {
      long answered = clients.redirected.getOrDefault(code, new LongAdder()).sum();
      long asked = clients.asked.getOrDefault(code, new LongAdder()).sum();
      long counted = hits.getOrDefault(code, 0L);
      if (counted < answered || counted > asked) {
        wrong.add(
            "%s: %d redirects answered, %d asked for, %d counted"
                .formatted(code, answered, asked, counted));
      }
    }
    that(
        wrong.isEmpty(), wrong.size() + " codes with a wrong count, " + wrong.stream().findFirst());
  }

  /** The servers drop what a dead process had when they notice; that takes them a moment. */
  private void checkConnections() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (stores.connections() > 0) {
      if (System.nanoTime() > until) {
        broken.add(stores.connections() + " connections are left in the stores");
        return;
      }
      pause(20, 20);
    }
  }

  /** After a bad end the next process takes up what is left, and ends well. */
  private void restartOnce() throws IOException, InterruptedException {
    try (LinksProcess next = start(Map.of())) {
      next.awaitPort();
      next.signal("TERM");
      int exitCode = next.awaitExit();
      that(exitCode == 0, "the next process ended with " + exitCode + "\n" + next.output());
    }
  }
}
