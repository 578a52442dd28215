package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two promises of the sample: real processes, real signals, real servers. */
@Tag("integration")
final class LinksStopTest {

  private static final int STOPS = 50;
  private static final int STOPS_WITH_EVENTS = 5;
  private static final int CRASHES = 5;
  private static final int CLIENTS = 32;
  private static final int LONGEST_LOAD_MILLIS = 400;

  private static Servers servers;

  @TempDir Path directory;

  @BeforeAll
  static void startServers() {
    servers = new Servers();
  }

  @AfterAll
  static void stopServers() {
    servers.close();
  }

  @BeforeEach
  void clear() {
    servers.clear();
  }

  /** Spreads the moments of the stops; any moment will do. */
  private static void letSomeTimePass(Random random) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_LOAD_MILLIS)));
  }

  private static List<String> names(JsonObject report) {
    List<String> names = new ArrayList<>();
    for (Object component : report.getJsonArray("components")) {
      names.add(((JsonObject) component).getString("name"));
    }
    return names;
  }

  private static JsonObject component(JsonObject report, String name) {
    return report.getJsonArray("components").stream()
        .map(JsonObject.class::cast)
        .filter(one -> one.getString("name").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    Map<String, Long> sums = new java.util.HashMap<>();
    counts.forEach((code, count) -> sums.put(code, count.sum()));
    return sums;
  }

  @Test
  void keepsBothPromisesWheneverItIsStopped() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int stop = 0; stop < STOPS; stop++) {
      String context = "stop " + stop + " of seed " + seed;
      String signal = random.nextBoolean() ? "TERM" : "INT";
      servers.clear();
      try (LinksProcess process = LinksProcess.start(directory, servers.config())) {
        LinksLoad load = LinksLoad.start(process.awaitPort(), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal(signal);
        load.join();
        assertThat(process.awaitExit()).as("%s\n%s", context, process.output()).isZero();

        assertThat(load.lost).as(context).hasValue(0);
        assertThat(load.shed).as(context).hasValue(0);
        assertThat(servers.urls()).as(context).containsExactlyInAnyOrderEntriesOf(load.created);
        Map<String, Long> hits = servers.hits();
        hits.values().removeIf(count -> count == 0);
        assertThat(hits).as(context).isEqualTo(sums(load.redirected));

        JsonObject report = process.report();
        assertThat(report.getString("reason")).isEqualTo("SIG" + signal);
        assertThat(report.getString("outcome")).isEqualTo("CLEAN");
        assertThat(report.getInteger("exitCode")).isZero();
        assertThat(names(report)).startsWith("http", "hits");
        assertThat(names(report)).containsExactlyInAnyOrder("http", "hits", "postgres", "redis");
      }
    }
  }

  @Test
  void losesNoEventWheneverItIsStopped() throws Exception {
    Random random = new Random();
    JsonObject config = servers.config().put("events", new JsonObject());
    for (int stop = 0; stop < STOPS_WITH_EVENTS; stop++) {
      servers.clear();
      try (LinksProcess process = LinksProcess.start(directory, config)) {
        LinksLoad load = LinksLoad.start(process.awaitPort(), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal("TERM");
        load.join();
        assertThat(process.awaitExit()).as(process.output()).isZero();

        assertThat(load.lost).hasValue(0);
        assertThat(servers.noted()).isEqualTo(load.created.keySet());
        assertThat(names(process.report()))
            .startsWith("http")
            .containsSubsequence("http", "events", "postgres");
      }
    }
  }

  @Test
  void keepsBothPromisesAfterACrashAndARestart() throws Exception {
    Random random = new Random();
    for (int crash = 0; crash < CRASHES; crash++) {
      servers.clear();
      LinksLoad load;
      try (LinksProcess process = LinksProcess.start(directory, servers.config())) {
        load = LinksLoad.start(process.awaitPort(), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal("KILL");
        load.join();
        process.awaitExit();
      }
      try (LinksProcess again = LinksProcess.start(directory, servers.config())) {
        again.awaitPort();
        again.signal("TERM");
        assertThat(again.awaitExit()).as(again.output()).isZero();
      }
      assertThat(servers.urls()).containsAllEntriesOf(load.created);
      Map<String, Long> hits = servers.hits();
      Map<String, Long> asked = sums(load.asked);
      sums(load.redirected)
          .forEach(
              (code, answered) -> assertThat(hits.get(code)).isBetween(answered, asked.get(code)));
    }
  }

  @Test
  void aStopMovesWhatWasCountedAfterAnIterationThatFailed() throws Exception {
    Servers.await(
        servers
            .pool
            .query(
                "CREATE TABLE links (code text PRIMARY KEY, url text NOT NULL,"
                    + " hits bigint NOT NULL DEFAULT 0, CONSTRAINT none CHECK (hits = 0));"
                    + "INSERT INTO links VALUES ('abc', 'https://example.com/')")
            .execute());
    Servers.await(
        servers.redis.send(Request.cmd(Command.HSET).arg("links:hits").arg("abc").arg(3)));
    JsonObject config = servers.config().put("hits", new JsonObject().put("every", "1h"));
    try (LinksProcess process = LinksProcess.start(directory, config);
        HttpClientConnection client = new HttpClientConnection(process.awaitPort())) {
      process.awaitLine(Pattern.compile("hits: an iteration failed"));
      Servers.await(servers.pool.query("ALTER TABLE links DROP CONSTRAINT none").execute());
      assertThat(client.request("/abc").status()).isEqualTo(302);
      client.leave();

      process.signal("TERM");

      assertThat(process.awaitExit()).as(process.output()).isZero();
      assertThat(servers.hits()).containsEntry("abc", 4L);
    }
  }

  @Test
  void waitsForATransactionThatALockHoldsUpAndCommitsIt() throws Exception {
    try (LinksProcess process = LinksProcess.start(directory, servers.config());
        HttpClientConnection client = new HttpClientConnection(process.awaitPort())) {
      SqlConnection outside = Servers.await(servers.pool.getConnection());
      Transaction lock = Servers.await(outside.begin());
      Servers.await(outside.query("LOCK TABLE links IN ACCESS EXCLUSIVE MODE").execute());
      client.send(HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}"));
      awaitBlocked();

      process.signal("TERM");
      process.awaitLine(Pattern.compile("http: draining, [1-9]"));
      Servers.await(lock.commit());
      Servers.await(outside.close());

      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.saysClose()).isTrue();
      client.leave();
      assertThat(process.awaitExit()).as(process.output()).isZero();
      assertThat(servers.urls())
          .containsEntry(new JsonObject(answer.body()).getString("code"), "https://example.com/");
    }
  }

  @Test
  void cutsAndNamesWhatIsHeldUpBeyondTheBudget() throws Exception {
    JsonObject config =
        servers.config().put("lifecycle", new JsonObject().put("stopTimeout", "5s"));
    SqlConnection outside = null;
    try (LinksProcess process = LinksProcess.start(directory, config);
        HttpClientConnection client = new HttpClientConnection(process.awaitPort())) {
      outside = Servers.await(servers.pool.getConnection());
      Servers.await(outside.begin());
      Servers.await(outside.query("LOCK TABLE links IN ACCESS EXCLUSIVE MODE").execute());
      client.send(HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}"));
      awaitBlocked();

      long from = System.nanoTime();
      process.signal("TERM");
      int exitCode = process.awaitExit();
      long took = System.nanoTime() - from;

      assertThat(exitCode).as(process.output()).isEqualTo(124);
      // the promise is stopTimeout + 1 s; the rest is for a machine that is busy with other things
      assertThat(TimeUnit.NANOSECONDS.toMillis(took)).isBetween(1_500L, 5_000L + 1_000L + 3_000L);
      JsonObject report = process.report();
      assertThat(report.getInteger("exitCode")).isEqualTo(124);
      assertThat(component(report, "http").getString("outcome")).isEqualTo("CUT");
      JsonArray cut = component(report, "http").getJsonArray("cut");
      assertThat(cut.getJsonObject(0).getString("what")).startsWith("POST /links from 127.0.0.1:");
      assertThat(cut.getJsonObject(0).getLong("ageMs")).isGreaterThan(1_500);
      assertThat(names(report)).startsWith("http", "hits");
    } finally {
      if (outside != null) {
        Servers.await(outside.close());
      }
    }
  }

  /**
   * Waits until some session waits for a lock; asks outside of the transaction that holds the lock.
   */
  private static void awaitBlocked() {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    String waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
    while (Servers.await(servers.pool.query(waiting).execute()).size() == 0) {
      assertThat(System.nanoTime()).as("no session waits for the lock").isLessThan(until);
    }
  }
}
