package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.sample.LinksApp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One life of the process: it starts and works, a fault happens, it stops or dies; then the stores
 * are checked without its help.
 */
final class Round {

  /** The exit code of a process that does not handle a signal yet. */
  private static final int UNHANDLED_SIGTERM = 143;

  private static final int KILLED = 137;
  private static final int CUT = 124;
  private static final int START_FAILED = 69;

  private static final int VANISHING = 20;
  private static final Duration LATENCY = Duration.ofMillis(60);
  private static final int THIN_BYTES = 25_600; // in a second

  /**
   * Milliseconds that a thread may be busy so that its late drain still comes, well within the
   * second of a release, which waits for it; one that is busy longer loses its drain, and is named.
   */
  private static final int BUSY_AT_MOST = 900;

  private static final Pattern CLIENTS_PORT = Pattern.compile(" from 127\\.0\\.0\\.1:([0-9]+)");
  private static final Pattern FAULTS_PORT = Pattern.compile("faults: listening on .*:([0-9]+)");

  /** The result of a round. */
  record Result(
      Fault fault,
      long seed,
      int exitCode,
      long tookMillis,
      long limitMillis,
      Sums sums,
      List<String> broken) {}

  private final Fault fault;
  private final long seed;
  private final Random random;
  private final Path directory;
  private final Path serverSums;
  private final Duration slack;
  private final List<String> broken = new ArrayList<>();

  private final Duration stopTimeout;
  private final List<Runnable> heals = new ArrayList<>();
  private final List<ProcessHandle> children = new ArrayList<>();
  private Stores stores;
  private ChaosProcess process;
  private ChaosClients clients;
  private long signalledAt;
  private int exitCode;
  private long tookMillis;
  private String lastSignal = "";
  private boolean healed;
  private int expectedCut;
  private int busy;

  /**
   * Prepares a round.
   *
   * @param slack by how much a busy machine may exceed the limit of a stop
   */
  Round(Fault fault, long seed, Stores stores, Path directory, Duration slack) {
    this.fault = fault;
    this.seed = seed;
    this.random = new Random(seed);
    this.stores = stores;
    this.directory = directory;
    this.serverSums = directory.resolve("sums.json");
    this.slack = slack;
    int seconds = 5 + random.nextInt(2); // four releases and some time
    this.stopTimeout = Duration.ofSeconds(slow() ? 4 * seconds : seconds);
  }

  /**
   * Whether the process needs more time to stop: libfaketime takes a lock at every look at the
   * clock, and embedded servers take their time.
   */
  private boolean slow() {
    return fault == Fault.CLOCK_JUMPS || fault == Fault.OWN_SERVERS;
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

  /** Plays the round. */
  Result play() throws IOException, InterruptedException {
    Files.deleteIfExists(serverSums);
    if (fault == Fault.OWN_SERVERS) {
      return playWithOwnServers();
    }
    stores.clear();
    JsonObject config = withSteps(stores.config());
    live(start(config, Faketime.environment(fault == Fault.CLOCK_JUMPS, directory)));
    return judge();
  }

  private JsonObject withSteps(JsonObject config) {
    return switch (fault) {
      case START_UNDER_WAY ->
          config.put("steps", new JsonObject().put("migration", 1_500 + random.nextInt(1_000)));
      case BLOCKED_DRAIN -> {
        busy = 600 + random.nextInt(1_000);
        yield config.put("steps", new JsonObject().put("drainTimeout", 100).put("busy", busy));
      }
      case NESTED_VERTICLE ->
          config.put("steps", new JsonObject().put("nested", 1_500 + random.nextInt(1_000)));
      default -> config;
    };
  }

  /** Plays a round with embedded servers, and checks their data with servers that take it up. */
  private Result playWithOwnServers() throws IOException, InterruptedException {
    Path home = Files.createTempDirectory(directory, "own");
    live(start(Stores.ownServers(home), Map.of()));
    awaitOrphans();
    try (Stores after = new Stores(home)) {
      stores = after;
      return judge();
    } finally {
      delete(home);
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private ChaosProcess start(JsonObject config, Map<String, String> environment)
      throws IOException {
    config
        .put(
            "lifecycle",
            new JsonObject()
                .put("stopTimeout", stopTimeout.toMillis())
                .put("announceDelay", random.nextInt(3) == 0 ? 300 : 0))
        .put("http", new JsonObject().put("host", "127.0.0.1").put("port", 0));
    if (fault == Fault.CLIENTS_STALL) { // within the budget, so that they are answered, with 408
      config.getJsonObject("http").put("limits", new JsonObject().put("headTimeout", 1_000));
    }
    if (config.containsKey("embedded-postgres")) {
      return ChaosProcess.start(directory, config, LinksApp.class, environment);
    }
    config.put("faults", new JsonObject().put("host", "127.0.0.1").put("port", 0));
    if (fault == Fault.CLOCK_JUMPS) {
      for (String component : List.of("postgres", "redis", "hits", "http", "faults")) {
        config.put(
            component,
            config.getJsonObject(component, new JsonObject()).put("releaseTimeout", 3_000));
      }
    }
    Map<String, String> all = new HashMap<>(environment);
    all.put(ServerSums.VARIABLE, serverSums.toString());
    return ChaosProcess.start(directory, config, ChaosApp.class, all);
  }

  private void live(ChaosProcess started) throws IOException, InterruptedException {
    process = started;
    try (ChaosProcess running = started) {
      if (fault == Fault.SIGNAL_DURING_START) {
        clients = new ChaosClients(0, 0);
        pause(0, 1_500);
      } else if (fault == Fault.START_UNDER_WAY) {
        clients = new ChaosClients(0, 0);
        process.awaitLine(Pattern.compile("late step: migrating"));
        pause(0, 300);
      } else {
        int port = process.awaitPort();
        clients = new ChaosClients(port, faultsPort());
        clients.work(fault == Fault.CLOCK_JUMPS ? 4 : 4 + random.nextInt(29), random);
        pause(0, 300);
        breakSomething();
        pause(0, 300);
      }
      ProcessHandle.of(process.pid()).stream()
          .flatMap(ProcessHandle::descendants)
          .forEach(children::add);
      endIt();
      exitCode = running.awaitExit();
      tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - signalledAt);
    } finally {
      for (Runnable heal : heals) {
        heal.run();
      }
      stores.postgres.proxy.heal();
      stores.redis.proxy.heal();
    }
    clients.join();
  }

  private int faultsPort() throws InterruptedException {
    return fault == Fault.OWN_SERVERS ? 0 : Integer.parseInt(process.awaitLine(FAULTS_PORT));
  }

  // ── faults ─────────────────────────────────────────────────────────────────────────────────────

  private void breakSomething() throws IOException, InterruptedException {
    Stores.Store store = random.nextBoolean() ? stores.postgres : stores.redis;
    switch (fault) {
      case SIGTERM,
          SIGNAL_REPEATED,
          KILL,
          SIGNAL_DURING_START,
          START_UNDER_WAY,
          NESTED_VERTICLE,
          OWN_SERVERS -> {}
      case OUTPUT_UNREAD -> {
        process.readNoMore();
        clients.askFaulty("/chatter", 1);
        pause(200, 500);
      }
      case BLOCKED_DRAIN -> expectedCut = 1;
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
      case CONNECTIONS_DELAYED -> store.proxy.slow(LATENCY);
      case CONNECTIONS_THROTTLED -> store.proxy.thin(THIN_BYTES);
      case CONNECTIONS_HALF_OPEN -> store.proxy.loseAnswers();
      case HANDLER_THROWS -> clients.askFaulty("/throw", 5);
      case HANDLER_BLOCKS_A_WHILE -> clients.askFaulty("/block/" + (200 + random.nextInt(800)), 1);
      case HANDLER_BLOCKS -> clients.askFaulty("/block/60000", 1);
      case CLOCK_JUMPS -> {
        Faketime.jump(directory, random);
        pause(0, 1_500);
      }
      case CLIENTS_VANISH -> clients.vanish(VANISHING, random);
      case CLIENTS_STALL -> clients.stall(1 + random.nextInt(5));
      case CLIENTS_STALL_IN_BODY -> {
        expectedCut = 1 + random.nextInt(3);
        clients.stallInBody(expectedCut);
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

  /** Ends half of the faults before the stop begins; the stop must be a good one in that case. */
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
      case OWN_SERVERS -> signal(random.nextBoolean() ? "KILL" : "TERM");
      case SIGNAL_REPEATED -> {
        String name = random.nextBoolean() ? "INT" : "TERM";
        signal(name);
        for (int i = random.nextInt(3); i >= 0; i--) {
          pause(0, 30);
          signal(random.nextBoolean() ? name : "TERM");
        }
      }
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
    pause(600, 1_000); // what comes sooner is the same signal
    signal(name);
  }

  // ── checks ─────────────────────────────────────────────────────────────────────────────────────

  private Duration limit() {
    return stopTimeout.plusSeconds(1);
  }

  private Result judge() throws IOException, InterruptedException {
    JsonObject report = report();
    List<Integer> cutPorts = cutPorts(report);
    Sums http = clients.http.sums(cutPorts);
    Sums faults = clients.faults.sums(cutPorts);
    checkProcess(http.plus(faults));
    checkReport(report);
    checkSteps();
    checkSums("http", clients.http, http, report);
    checkSums("faults", clients.faults, faults, report);
    checkWorld();
    if (!broken.isEmpty()) {
      Files.writeString(
          directory.resolve(fault + "-" + seed + ".log"), broken + "\n" + process.output());
    }
    return new Result(
        fault, seed, exitCode, tookMillis, limit().toMillis(), http.plus(faults), broken);
  }

  private void checkProcess(Sums sums) {
    that(
        tookMillis <= limit().plus(slack).toMillis(),
        "the process ended after %d ms, the limit is %d ms"
            .formatted(tookMillis, limit().toMillis()));
    that(
        !ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false),
        "the process lives on");
    awaitOrphans();
    switch (fault.stop) {
      case CLEAN_AND_LOSSLESS -> {
        ended(0);
        that(sums.isLossless(), "a clean stop lost work: " + sums);
      }
      case CLEAN -> ended(0);
      case CUT -> ended(CUT);
      case FORCED -> ended(lastSignal.equals("INT") ? 130 : 143);
      case CRASH -> ended(KILLED);
      case ANY -> {
        if (healed) {
          ended(0);
        } else if (fault == Fault.SIGNAL_DURING_START) {
          that(
              List.of(0, START_FAILED, lastSignal.equals("INT") ? 130 : UNHANDLED_SIGTERM)
                  .contains(exitCode),
              "a signal during the start ended in " + exitCode);
        } else if (fault == Fault.OWN_SERVERS) {
          ended(wasKilled() ? KILLED : 0);
          that(wasKilled() || sums.isLossless(), "a clean stop lost work: " + sums);
        } else {
          that(List.of(0, 70, CUT).contains(exitCode), "the process ended with " + exitCode);
        }
      }
    }
    that(sums.unknown() <= excusable(), "requests vanished without a word: " + sums);
    that(sums.agree(), "the sums do not agree: " + sums);
    Set<Integer> strange = new TreeSet<>(clients.http.strange());
    that(strange.isEmpty(), "answers without a request: " + strange);
  }

  private boolean wasKilled() {
    return lastSignal.equals("KILL");
  }

  /** How many requests may end with neither an answer nor a line in the report. */
  private int excusable() {
    return switch (fault) {
      case CLIENTS_VANISH -> VANISHING;
      case HANDLER_BLOCKS -> Integer.MAX_VALUE; // requests that a blocked event loop never reads
      default -> wasKilled() ? Integer.MAX_VALUE : 0;
    };
  }

  /**
   * Waits for the end of the process's children, which end with it, or soon after if it had no time
   * to end them.
   */
  private void awaitOrphans() {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (children.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() > until) {
        broken.add("orphaned: " + children.stream().filter(ProcessHandle::isAlive).toList());
        return;
      }
      pause(20, 20);
    }
  }

  private void ended(int expected) {
    that(exitCode == expected, "the process ended with %d, not %d".formatted(exitCode, expected));
  }

  private @Nullable JsonObject report() throws IOException {
    try {
      return process.report();
    } catch (io.vertx.core.json.DecodeException e) {
      return null; // an empty file: there was none
    }
  }

  /** The exit code, the outcome of the application and those of its components must agree. */
  private void checkReport(@Nullable JsonObject report) {
    if (report == null) {
      that(wasKilled() || fault == Fault.SIGNAL_DURING_START, "there is no report");
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
    if (fault.stop != Fault.Stop.FORCED
        && fault != Fault.SIGNAL_DURING_START
        && fault != Fault.START_UNDER_WAY) {
      int all = fault == Fault.OWN_SERVERS || fault == Fault.NESTED_VERTICLE ? 6 : 5;
      that(exitCode != 0 || outcomes.size() == all, "the report lacks a component: " + outcomes);
    }
    if (fault.stop == Fault.Stop.CUT && expectedCut > 0) {
      int all = components(report).stream().mapToInt(one -> cut(one).size()).sum();
      that(all == expectedCut, "%d hung, but %d were cut".formatted(expectedCut, all));
    }
  }

  /** A component whose steps are late has done what it had to, one thing after the other. */
  private void checkSteps() {
    List<String> steps =
        process.output().lines().filter(line -> line.startsWith("late step: ")).toList();
    List<String> all =
        fault == Fault.NESTED_VERTICLE
            ? List.of(
                "late step: migrating",
                "late step: migrated",
                "late step: flushed",
                "late step: nested flushed",
                "late step: released")
            : List.of(
                "late step: migrating",
                "late step: migrated",
                "late step: flushed",
                "late step: released");
    boolean mayBeCut = fault == Fault.BLOCKED_DRAIN && busy > BUSY_AT_MOST;
    boolean cut = mayBeCut && steps.equals(without("late step: flushed", all));
    that(steps.isEmpty() || steps.equals(all) || cut, "the steps were " + steps);
    that(
        !steps.isEmpty()
            || (fault != Fault.START_UNDER_WAY
                && fault != Fault.BLOCKED_DRAIN
                && fault != Fault.NESTED_VERTICLE),
        "there were no steps");
  }

  private static List<String> without(String one, List<String> all) {
    return all.stream().filter(other -> !other.equals(one)).toList();
  }

  private static List<JsonObject> components(JsonObject report) {
    return report.getJsonArray("components").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> cut(JsonObject component) {
    return component.getJsonArray("cut").stream()
        .map(JsonObject.class::cast)
        .map(one -> one.getString("what"))
        .toList();
  }

  /** The clients whose requests were cut, by their ports. */
  private static List<Integer> cutPorts(@Nullable JsonObject report) {
    return report == null
        ? List.of()
        : components(report).stream()
            .flatMap(one -> cut(one).stream())
            .map(CLIENTS_PORT::matcher)
            .filter(Matcher::find)
            .map(found -> Integer.valueOf(found.group(1)))
            .toList();
  }

  /** Every admitted request ended in exactly one way, and the clients know which. */
  private void checkSums(String server, Tally clientsOwn, Sums sums, @Nullable JsonObject report)
      throws IOException {
    if (report != null) {
      JsonObject its =
          components(report).stream()
              .filter(one -> one.getString("name").equals(server))
              .findFirst()
              .orElse(new JsonObject().put("cut", new JsonArray()));
      JsonObject only = new JsonObject().put("components", new JsonArray().add(its));
      that(
          cutPorts(only).stream().allMatch(clientsOwn::knows),
          server + " has cut work without a request: " + cut(its));
    }
    JsonObject all =
        Files.exists(serverSums) ? new JsonObject(Files.readString(serverSums)) : new JsonObject();
    JsonObject count = all.getJsonObject(server);
    if (count == null) {
      return; // the process had no time to write it
    }
    int arrived = count.getInteger("admitted") + count.getInteger("refused");
    int answered = sums.completed() + sums.refused() + sums.cut();
    that(
        answered <= arrived && arrived <= answered + sums.unknown(),
        "%s counted %s, its clients %s".formatted(server, count.encode(), sums));
  }

  private void checkWorld() throws IOException, InterruptedException {
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

  /**
   * The servers drop the connections of a dead process when they notice its end; that takes them a
   * moment.
   */
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

  /** After a bad end, the next process takes up the data that is left, and ends well. */
  private void restartOnce() throws IOException, InterruptedException {
    try (ChaosProcess next = start(stores.config(), Map.of())) {
      next.awaitPort();
      next.signal("TERM");
      int exitCode = next.awaitExit();
      that(exitCode == 0, "the next process ended with " + exitCode + "\n" + next.output());
    }
  }
}
