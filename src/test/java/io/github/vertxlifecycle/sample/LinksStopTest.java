package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
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

/** The two promises of the sample: real processes, real signals, real servers. */
@Tag("integration")
final class LinksStopTest {

  private static final int STOPS = 50;
  private static final int STOPS_WITH_EVENTS = 5;
  private static final int CRASHES = 5;
  private static final int CLIENTS = 32;
  private static final int LONGEST_LOAD_MILLIS = 400;

  private static Servers servers;

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
      Signal signal = random.nextBoolean() ? Signal.TERM : Signal.INT;
      servers.clear();
      try (ApplicationProcess process = servers.links().start()) {
        LinksLoad load =
            LinksLoad.start(process.started().port("http"), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal(signal);
        load.join();
        ProcessEnd end = process.ends().exitedWith(0);

        assertThat(load.lost).as(context).hasValue(0);
        assertThat(load.shed).as(context).hasValue(0);
        assertThat(servers.urls()).as(context).containsExactlyInAnyOrderEntriesOf(load.created);
        Map<String, Long> hits = servers.hits();
        hits.values().removeIf(count -> count == 0);
        assertThat(hits).as(context).isEqualTo(sums(load.redirected));

        assertThat(end.report().reason()).isEqualTo("SIG" + signal.name());
        assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(end.report().exitCode()).isZero();
        assertThat(end.stopped())
            .startsWith("http", "hits")
            .containsExactlyInAnyOrder("http", "hits", "postgres", "redis");
      }
    }
  }

  @Test
  void losesNoEventWheneverItIsStopped() throws Exception {
    Random random = new Random();
    JsonObject config = servers.config().put("events", new JsonObject());
    for (int stop = 0; stop < STOPS_WITH_EVENTS; stop++) {
      servers.clear();
      try (ApplicationProcess process = Servers.links(config).start()) {
        LinksLoad load =
            LinksLoad.start(process.started().port("http"), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal(Signal.TERM);
        load.join();
        ProcessEnd end = process.ends().exitedWith(0);

        assertThat(load.lost).hasValue(0);
        assertThat(servers.noted()).isEqualTo(load.created.keySet());
        assertThat(end.stopped())
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
      try (ApplicationProcess process = servers.links().start()) {
        load = LinksLoad.start(process.started().port("http"), CLIENTS, random.nextLong());
        letSomeTimePass(random);
        process.signal(Signal.KILL);
        load.join();
        process.ends();
      }
      try (ApplicationProcess again = servers.links().start()) {
        again.started().signal(Signal.TERM).ends().exitedWith(0);
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
    try (ApplicationProcess process = Servers.links(config).start();
        HttpClientConnection client = new HttpClientConnection(process.started().port("http"))) {
      process.says("hits: an iteration failed");
      Servers.await(servers.pool.query("ALTER TABLE links DROP CONSTRAINT none").execute());
      assertThat(client.request("/abc").status()).isEqualTo(302);
      client.leave();

      process.signal(Signal.TERM);

      process.ends().exitedWith(0);
      assertThat(servers.hits()).containsEntry("abc", 4L);
    }
  }

  @Test
  void waitsForATransactionThatALockHoldsUpAndCommitsIt() throws Exception {
    try (ApplicationProcess process = servers.links().start();
        HttpClientConnection client = new HttpClientConnection(process.started().port("http"))) {
      SqlConnection outside = Servers.await(servers.pool.getConnection());
      Transaction lock = Servers.await(outside.begin());
      Servers.await(outside.query("LOCK TABLE links IN ACCESS EXCLUSIVE MODE").execute());
      client.send(HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}"));
      awaitBlocked();

      process.signal(Signal.TERM);
      process.says(Pattern.compile("http: draining, [1-9]"));
      Servers.await(lock.commit());
      Servers.await(outside.close());

      HttpClientConnection.Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(201);
      assertThat(answer.saysClose()).isTrue();
      client.leave();
      process.ends().exitedWith(0);
      assertThat(servers.urls())
          .containsEntry(new JsonObject(answer.body()).getString("code"), "https://example.com/");
    }
  }

  @Test
  void cutsAndNamesWhatIsHeldUpBeyondTheBudget() throws Exception {
    JsonObject config =
        servers.config().put("lifecycle", new JsonObject().put("stopTimeout", "5s"));
    SqlConnection outside = null;
    try (ApplicationProcess process = Servers.links(config).start();
        HttpClientConnection client = new HttpClientConnection(process.started().port("http"))) {
      outside = Servers.await(servers.pool.getConnection());
      Servers.await(outside.begin());
      Servers.await(outside.query("LOCK TABLE links IN ACCESS EXCLUSIVE MODE").execute());
      client.send(HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}"));
      awaitBlocked();

      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(124);

      // the promise is stopTimeout + 1 s; the rest is for a machine that is busy with other things
      assertThat(end.took().toMillis()).isBetween(1_500L, 5_000L + 1_000L + 3_000L);
      assertThat(end.report().exitCode()).isEqualTo(124);
      assertThat(end.component("http").outcome()).isEqualTo(Outcome.CUT);
      CutWork cut = end.component("http").cut().get(0);
      assertThat(cut.what()).startsWith("POST /links from 127.0.0.1:");
      assertThat(cut.age()).isGreaterThan(Duration.ofMillis(1_500));
      assertThat(end.stopped()).startsWith("http", "hits");
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
