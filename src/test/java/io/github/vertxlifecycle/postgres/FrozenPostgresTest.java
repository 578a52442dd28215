package io.github.vertxlifecycle.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.Freeze;
import io.github.vertxlifecycle.junit5.SilentServer;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowStream;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that takes everything and answers nothing. */
@Tag("integration")
@SuppressWarnings("try") // a server stays frozen until the end of a block
final class FrozenPostgresTest {

  private static final String LIMIT = "700ms";

  @RegisterExtension static final TestServer server = TestServer.postgres();

  private final Promise<Pool> provided = Promise.promise();

  private TestApp app;

  private final class PoolUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.tryComplete(use("postgres", Pool.class));
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Pool start(JsonObject section) {
    app =
        new TestApp(
            components -> {
              components.add("postgres", PostgresVerticle::new);
              components.add("user", PoolUser::new).dependsOn("postgres");
            });
    Await.success(
        app.start(new JsonObject().put("postgres", section.put("uri", server.uri().toString()))));
    Pool pool = Await.success(provided.future());
    Await.success(pool.query("SELECT 1").execute()); // so that it has a connection
    return pool;
  }

  private static JsonObject limited() {
    return new JsonObject().put("queryTimeout", LIMIT).put("poolSize", 2);
  }

  private static Freeze freeze() {
    return Freeze.server("postgres");
  }

  private static void tooLate(Future<?> question, String statement) {
    assertThat(Await.failure(question))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("PostgreSQL did not answer " + statement + " within 700 ms")
        .hasMessageContaining("raise postgres.queryTimeout");
  }

  /** As many at a time as the pool has places, and each of them really there. */
  private static void hasAllPlaces(Pool pool, int size) {
    List<SqlConnection> all = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      SqlConnection one = Await.success(pool.getConnection());
      Await.success(one.query("SELECT 1").execute());
      all.add(one);
    }
    all.forEach(one -> Await.success(one.close()));
    assertThat(pool.size()).isEqualTo(size);
  }

  @Test
  void aQueryOfThePoolFailsAndThePoolHasAllItsPlacesAgain() {
    Pool pool = start(limited());
    hasAllPlaces(pool, 2);
    try (Freeze frozen = freeze()) {
      Future<?> plain = pool.query("SELECT 1, 'secret'").execute();
      Future<?> prepared = pool.preparedQuery("SELECT $1::int").execute(Tuple.of(1));
      tooLate(plain, "SELECT 1, '…'");
      tooLate(prepared, "SELECT $1::int");
    }
    hasAllPlaces(pool, 2);
    Await.success(app.stop());
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void thoseThatWaitForAConnectionGetOneThatIsNotTheStuckOne() {
    Pool pool = start(limited().put("poolSize", 1).put("connectTimeout", "10s"));
    hasAllPlaces(pool, 1);
    Future<?> first;
    Future<?> second;
    try (Freeze frozen = freeze()) {
      first = pool.query("SELECT 1").execute();
      second = pool.query("SELECT 2").execute();
      tooLate(first, "SELECT 1");
    }
    Await.success(second);
    hasAllPlaces(pool, 1);
  }

  @Test
  void aBatchFails() {
    Pool pool = start(limited());
    try (Freeze frozen = freeze()) {
      tooLate(
          pool.preparedQuery("SELECT $1::int").executeBatch(List.of(Tuple.of(1), Tuple.of(2))),
          "SELECT $1::int");
    }
    hasAllPlaces(pool, 2);
  }

  @Test
  void aTransactionFailsAndItsConnectionIsReplaced() {
    Pool pool = start(limited());
    Promise<Freeze> frozen = Promise.promise();
    Future<?> transaction =
        pool.withTransaction(
            c -> {
              frozen.complete(freeze());
              return c.query("SELECT 7").execute();
            });
    tooLate(transaction, "SELECT 7");
    Await.success(frozen.future()).close();
    hasAllPlaces(pool, 2);
  }

  @Test
  void aCommitFails() {
    Pool pool = start(limited());
    SqlConnection connection = Await.success(pool.getConnection());
    var transaction = Await.success(connection.begin());
    try (Freeze frozen = freeze()) {
      tooLate(transaction.commit(), "COMMIT");
    }
    Await.success(connection.close());
    hasAllPlaces(pool, 2);
  }

  @Test
  void aFetchOfACursorAndOfAStreamFails() {
    Pool pool = start(limited());
    SqlConnection connection = Await.success(pool.getConnection());
    Await.success(connection.begin());
    PreparedStatement statement =
        Await.success(connection.prepare("SELECT * FROM generate_series(1, 10)"));
    Cursor cursor = statement.cursor();
    Await.success(cursor.read(4));
    SqlConnection other = Await.success(pool.getConnection());
    Await.success(other.begin());
    PreparedStatement streamed =
        Await.success(other.prepare("SELECT * FROM generate_series(1, 11)"));
    try (Freeze frozen = freeze()) {
      tooLate(cursor.read(4), "SELECT * FROM generate_series(1, 10)");
      Promise<Void> ended = Promise.promise();
      RowStream<Row> stream = streamed.createStream(5);
      stream.exceptionHandler(ended::fail);
      stream.endHandler(v -> ended.complete());
      stream.handler(row -> {});
      tooLate(ended.future(), "SELECT * FROM generate_series(1, 11)");
    }
    Await.success(connection.close());
    Await.success(other.close());
    hasAllPlaces(pool, 2);
  }

  @Test
  void preparingAStatementFails() {
    Pool pool = start(limited());
    SqlConnection connection = Await.success(pool.getConnection());
    try (Freeze frozen = freeze()) {
      tooLate(connection.prepare("SELECT 3"), "SELECT 3");
    }
    Await.success(connection.close());
    hasAllPlaces(pool, 2);
  }

  @Test
  void aSlowStatementIsCancelledAtTheServer() {
    Pool pool = start(limited());

    tooLate(pool.query("SELECT pg_sleep(3600)").execute(), "SELECT pg_sleep(3600)");

    Vertx outside = Vertx.vertx();
    PgConnection admin = Await.success(PgConnection.connect(outside, server.uri().toString()));
    String question =
        "SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(%'";
    Await.until(
        () -> Await.success(admin.query(question).execute()).iterator().next().getInteger(0) == 0);
    Await.success(outside.close());
  }

  @Test
  void aMigrationMayTakeLongerThanAQuery() {
    app =
        new TestApp(
            components ->
                components.add(
                    "postgres",
                    () ->
                        new PostgresVerticle() {
                          @Override
                          protected Future<?> onConnected(Pool pool) {
                            return pool.query("SELECT pg_sleep(1)").execute();
                          }
                        }));

    Await.success(
        app.start(
            new JsonObject()
                .put(
                    "postgres",
                    new JsonObject()
                        .put("queryTimeout", "100ms")
                        .put("uri", server.uri().toString()))));
  }

  @Test
  void zeroIsNoLimit() {
    Pool pool = start(new JsonObject().put("queryTimeout", 0));

    Await.success(pool.query("SELECT pg_sleep(1)").execute());
  }

  @Test
  void aStopWhileItIsFrozenCutsWhatIsNotAnsweredAndEnds() {
    Pool pool = start(new JsonObject().put("drainTimeout", "300ms"));
    Future<?> question;
    try (Freeze frozen = freeze()) {
      question = pool.query("SELECT 1").execute();
      Await.success(app.stop());
    }
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CUT);
    Await.failure(question);
  }

  @Test
  void aStopWhileItIsFrozenAndNothingIsInFlightIsClean() {
    Pool pool = start(limited());
    hasAllPlaces(pool, 2);
    try (Freeze frozen = freeze()) {
      Await.success(app.stop());
    }
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aStopEndsWhatWaitsForAConnectionToAFrozenServer() {
    Pool pool = start(new JsonObject().put("drainTimeout", "300ms").put("connectTimeout", "50s"));
    Future<?> question;
    try (Freeze frozen = freeze()) {
      Future.all(pool.getConnection(), pool.getConnection());
      question = pool.query("SELECT 1").execute();
      Await.success(app.stop());
    }
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CUT);
    Await.failure(question);
  }

  private Future<String> startSilent(SilentServer silent, String connectTimeout) {
    app = new TestApp(c -> c.add("postgres", PostgresVerticle::new));
    return app.start(
        new JsonObject()
            .put(
                "postgres",
                new JsonObject()
                    .put("uri", "postgresql://me@127.0.0.1:%d/db".formatted(silent.port()))
                    .put("connectTimeout", connectTimeout)
                    .put("startTimeout", "3s")));
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsTriedAgainUntilTheStartTimeout() {
    try (SilentServer silent = new SilentServer()) {
      assertThat(Await.failure(startSilent(silent, "300ms")))
          .hasMessageContaining("did not start within 3 s, its last try failed: ")
          .hasMessageContaining("raise postgres.startTimeout");
    }
  }

  @Test
  void aStopEndsAStartAtAServerThatSaysNothing() {
    try (SilentServer silent = new SilentServer()) {
      Future<String> started = startSilent(silent, "50s");
      Await.success(app.stop());
      Await.failure(started);
    }
  }
}
