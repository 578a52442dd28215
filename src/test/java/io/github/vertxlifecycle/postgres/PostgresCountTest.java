package io.github.vertxlifecycle.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowStream;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.TransactionPropagation;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.internal.SqlClientBase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is done with the pool, and however that ends, the count of work in flight is right. */
@Tag("integration")
final class PostgresCountTest {

  private static final int CALLS = 1_000;

  @RegisterExtension static final TestServer server = TestServer.postgres();

  private final Promise<Pool> provided = Promise.promise();
  private final Promise<SqlConnection> watcher = Promise.promise();
  private final CountedPostgres postgres = new CountedPostgres();
  private final TestApp app =
      new TestApp(
          components -> {
            components.add("postgres", () -> postgres);
            components.add("user", PoolUser::new).dependsOn("postgres");
          });

  /** The component, with its count to be seen. */
  private static final class CountedPostgres extends PostgresVerticle {
    int inFlight() {
      return work().count();
    }
  }

  private final class PoolUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.complete(use("postgres", Pool.class));
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() {
    app.close();
  }

  private Pool start(JsonObject section) {
    Await.success(
        app.start(new JsonObject().put("postgres", section.put("uri", server.uri().toString()))));
    PgConnection.connect(app.vertx(), server.uri().toString())
        .<SqlConnection>map(connection -> connection)
        .onComplete(watcher);
    return Await.success(provided.future());
  }

  private interface PoolCall extends Function<Pool, Future<?>> {}

  private Map<String, PoolCall> calls() {
    Map<String, PoolCall> calls = new LinkedHashMap<>();
    calls.put("query", pool -> pool.query("SELECT 1").execute());
    calls.put("two statements", pool -> pool.query("SELECT 1; SELECT 2").execute());
    calls.put("wrong syntax", pool -> pool.query("SELEKT").execute());
    calls.put("failing query", pool -> pool.query("SELECT 1 / 0").execute());
    calls.put("prepared", pool -> pool.preparedQuery("SELECT 1").execute());
    calls.put("parameter", pool -> pool.preparedQuery("SELECT $1::int").execute(Tuple.of(1)));
    calls.put("wrong type", pool -> pool.preparedQuery("SELECT $1::int").execute(Tuple.of("x")));
    calls.put("no parameter", pool -> pool.preparedQuery("SELECT $1::int").execute());
    calls.put(
        "batch",
        pool ->
            pool.preparedQuery("SELECT $1::int").executeBatch(List.of(Tuple.of(1), Tuple.of(2))));
    calls.put(
        "failing batch",
        pool ->
            pool.preparedQuery("SELECT 1 / $1::int")
                .executeBatch(List.of(Tuple.of(1), Tuple.of(0))));
    calls.put("empty batch", pool -> pool.preparedQuery("SELECT $1::int").executeBatch(List.of()));
    calls.put(
        "mapping", pool -> pool.query("SELECT 1").mapping(row -> row.getInteger(0)).execute());
    calls.put(
        "failing mapping",
        pool ->
            pool.preparedQuery("SELECT $1::int")
                .mapping(row -> row.getString("nothing").length())
                .execute(Tuple.of(1)));
    calls.put(
        "collecting",
        pool ->
            pool.preparedQuery("SELECT $1::int")
                .collecting(Collectors.counting())
                .execute(Tuple.of(1)));
    calls.put("connection", pool -> pool.getConnection().compose(connection -> connection.close()));
    calls.put(
        "closed twice",
        pool -> pool.getConnection().compose(c -> c.close().compose(v -> c.close())));
    calls.put(
        "failing function", pool -> pool.withConnection(c -> Future.failedFuture("on purpose")));
    calls.put("transaction", pool -> pool.withTransaction(c -> c.query("SELECT 1").execute()));
    calls.put(
        "failing statement", pool -> pool.withTransaction(c -> c.query("SELECT 1 / 0").execute()));
    calls.put("rolled back", pool -> pool.withTransaction(c -> Future.failedFuture("on purpose")));
    calls.put(
        "of the context",
        pool ->
            onContext(
                () ->
                    pool.withTransaction(
                        TransactionPropagation.CONTEXT, c -> c.query("SELECT 1").execute())));
    calls.put("left open", pool -> pool.getConnection().compose(this::begunAndClosed));
    calls.put("cancelled", pool -> pool.withConnection(this::cancelled));
    calls.put("closed by the server", pool -> pool.getConnection().compose(this::terminated));
    calls.put(
        "stream",
        pool ->
            pool.withTransaction(
                c ->
                    c.prepare("SELECT generate_series(1, 100)")
                        .compose(s -> ended(s.createStream(10)))));
    return calls;
  }

  /**
   * Reads a stream to its end. {@code collect} would not do: it asks for rows before it listens for
   * the end, and waits for ever if another thread was faster.
   */
  private static Future<Void> ended(RowStream<Row> stream) {
    Promise<Void> end = Promise.promise();
    stream.endHandler(v -> end.complete()).exceptionHandler(end::tryFail).handler(row -> {});
    return end.future();
  }

  private Future<?> onContext(java.util.function.Supplier<Future<?>> call) {
    Promise<Object> promise = Promise.promise();
    app.vertx().runOnContext(v -> call.get().onSuccess(promise::complete).onFailure(promise::fail));
    return promise.future();
  }

  /** Closing a connection rolls back the transaction that is open on it. */
  private Future<?> begunAndClosed(SqlConnection connection) {
    return connection.begin().compose(transaction -> connection.close());
  }

  /**
   * Cancels a statement of its own once, when the server is seen running it: a request to cancel
   * comes on another connection, where an early one would be lost and a second one would hit the
   * statement of the connection's next user.
   */
  private Future<?> cancelled(SqlConnection connection) {
    Future<?> sleeping = connection.query("SELECT pg_sleep(600)").execute();
    PgConnection owner = PgConnection.cast(connection);
    return watcher
        .future()
        .compose(watching -> untilAsleep(watching, owner.processId()))
        .compose(v -> owner.cancelRequest())
        .compose(v -> sleeping);
  }

  private static Future<?> untilAsleep(SqlConnection watching, int backend) {
    return watching
        .preparedQuery(
            "SELECT FROM pg_stat_activity WHERE pid = $1 AND query LIKE '%pg_sleep%'"
                + " AND state = 'active'")
        .execute(Tuple.of(backend))
        .compose(
            found -> found.size() > 0 ? Future.succeededFuture() : untilAsleep(watching, backend));
  }

  /** A connection that its user never closes, because the server did. */
  private Future<?> terminated(SqlConnection connection) {
    Promise<Void> closed = Promise.promise();
    connection.closeHandler(v -> closed.complete());
    return connection
        .query("SELECT pg_terminate_backend(pg_backend_pid())")
        .execute()
        .transform(answer -> closed.future());
  }

  @Test
  void eachKindOfCallIsCountedBackToNone() {
    Pool pool = start(new JsonObject());
    calls()
        .forEach(
            (what, call) -> {
              Future<?> done = call.apply(pool);
              assertThat(postgres.inFlight()).as(what + ", begun").isLessThanOrEqualTo(1);
              Await.success(done.otherwiseEmpty());
              assertThat(postgres.inFlight()).as(what + ", done").isZero();
            });
  }

  @Test
  void aThousandMixedCallsAreCountedBackToNone() {
    Pool pool = start(new JsonObject().put("poolSize", 8));
    List<PoolCall> calls = List.copyOf(calls().values());
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      all.add(calls.get(i % calls.size()).apply(pool).otherwiseEmpty());
    }

    Await.success(Future.join(all));

    assertThat(postgres.inFlight()).isZero();
    Await.success(pool.query("SELECT 1").execute());
    Await.success(app.stop());
    assertThat(app.stopped("postgres").cut()).isEmpty();
  }

  @Test
  void aWaitInVainForAConnectionIsCountedBack() {
    Pool pool = start(new JsonObject().put("poolSize", 1).put("waitTimeout", "50ms"));
    SqlConnection only = Await.success(pool.getConnection());
    Future<?> query = pool.query("SELECT 1").execute();
    Future<?> another = pool.getConnection();
    assertThat(postgres.inFlight()).isEqualTo(3);

    Await.failure(query);
    Await.failure(another);

    assertThat(postgres.inFlight()).isEqualTo(1);
    Await.success(only.close());
    assertThat(postgres.inFlight()).isZero();
  }

  @Test
  void aFullQueueOfWaitersIsCountedBack() {
    Pool pool = start(new JsonObject().put("poolSize", 1).put("maxWaitQueueSize", 1));
    SqlConnection only = Await.success(pool.getConnection());
    Future<?> waits = pool.query("SELECT 1").execute();
    Await.failure(pool.query("SELECT 2").execute());
    assertThat(postgres.inFlight()).isEqualTo(2);

    Await.success(only.close());
    Await.success(waits);

    assertThat(postgres.inFlight()).isZero();
  }

  /** SQL templates cast the client they are given to an interface this class implements. */
  @Test
  void poolAndConnectionsAreWhatSqlTemplatesExpect() {
    Pool pool = start(new JsonObject());

    assertThat(pool).isInstanceOf(SqlClientBase.class);
    SqlConnection connection = Await.success(pool.getConnection());
    assertThat(connection).isInstanceOf(SqlClientBase.class);
    Await.success(connection.close());
  }
}
