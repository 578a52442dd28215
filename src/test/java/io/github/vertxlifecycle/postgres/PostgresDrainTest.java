package io.github.vertxlifecycle.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.github.vertxlifecycle.stores.UndeclaredUser;
import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stop of the component while its users still have something open in the pool. */
@Tag("integration")
final class PostgresDrainTest {

  @RegisterExtension static final TestServer server = TestServer.postgres();

  private final Promise<Pool> provided = Promise.promise();
  private final UndeclaredUser stray = new UndeclaredUser();

  private Vertx outside;
  private PgConnection admin;
  private TestApp app;

  /** A dependent that hands its pool to the test and stops at once. */
  private final class PoolUser extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.tryComplete(use("postgres", Pool.class));
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void connect() {
    outside = Vertx.vertx();
    admin = Await.success(PgConnection.connect(outside, server.uri().toString()));
    run("DROP TABLE IF EXISTS held");
    run("CREATE TABLE held (id int PRIMARY KEY)");
  }

  @AfterEach
  void close() {
    stray.mayStop();
    app.close();
    Await.success(outside.close());
  }

  private Pool start(JsonObject section, boolean withStray) {
    app =
        new TestApp(
            components -> {
              components.add("postgres", PostgresVerticle::new);
              components.add("user", PoolUser::new).dependsOn("postgres");
              if (withStray) {
                components.add("stray", () -> stray);
              }
            });
    Await.success(
        app.start(new JsonObject().put("postgres", section.put("uri", server.uri().toString()))));
    return Await.success(provided.future());
  }

  private Pool start(JsonObject section) {
    return start(section, false);
  }

  private Pool start() {
    return start(new JsonObject());
  }

  private RowSet<Row> run(String sql) {
    return Await.success(admin.query(sql).execute());
  }

  private int rows() {
    return run("SELECT count(*)::int FROM held").iterator().next().getInteger(0);
  }

  private LifecycleEvent.ComponentDraining stopUntilItDrains() {
    app.stop();
    return Await.success(app.draining("postgres"));
  }

  /** Asks the server again and again until a session waits for a lock there. */
  private void untilASessionWaitsForALock() {
    String question = "SELECT count(*)::int FROM pg_locks WHERE NOT granted";
    while (run(question).iterator().next().getInteger(0) == 0) {
      assertThat(provided.future().succeeded()).isTrue();
    }
  }

  private Transaction lockTheTable() {
    Transaction lock = Await.success(admin.begin());
    run("LOCK TABLE held IN ACCESS EXCLUSIVE MODE");
    return lock;
  }

  @Test
  void commitsATransactionThatIsHeldUpByALock() {
    Pool pool = start();
    Transaction lock = lockTheTable();
    Future<RowSet<Row>> insert =
        pool.withTransaction(c -> c.query("INSERT INTO held VALUES (1)").execute());
    untilASessionWaitsForALock();

    assertThat(stopUntilItDrains().inFlight()).isEqualTo(1);
    assertThat(insert.isComplete()).isFalse();
    Await.success(lock.rollback());

    Await.success(insert);
    Await.success(app.stop());
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void runsFurtherStatementsOfAnOpenTransactionWhileItDrains() {
    Pool pool = start();
    SqlConnection connection = Await.success(pool.getConnection());
    Transaction transaction = Await.success(connection.begin());

    assertThat(stopUntilItDrains().inFlight()).isEqualTo(1);
    Await.success(connection.query("INSERT INTO held VALUES (1)").execute());
    Await.success(
        connection
            .preparedQuery("INSERT INTO held VALUES ($1)")
            .executeBatch(List.of(Tuple.of(2), Tuple.of(3))));
    Await.success(transaction.commit());
    Await.success(connection.close());

    Await.success(app.stop());
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(rows()).isEqualTo(3);
  }

  @Test
  void readsOnFromAnOpenCursorWhileItDrains() {
    Pool pool = start();
    SqlConnection connection = Await.success(pool.getConnection());
    Await.success(connection.begin());
    PreparedStatement statement =
        Await.success(connection.prepare("SELECT * FROM generate_series(1, 10)"));
    Cursor cursor = statement.cursor();
    assertThat(Await.success(cursor.read(4)).size()).isEqualTo(4);

    stopUntilItDrains();

    assertThat(Await.success(cursor.read(4)).size()).isEqualTo(4);
    assertThat(Await.success(cursor.read(4)).size()).isEqualTo(2);
    Await.success(connection.close());
    Await.success(app.stop());
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void waitsForWaitersForAConnection() {
    Pool pool = start(new JsonObject().put("poolSize", 1));
    SqlConnection only = Await.success(pool.getConnection());
    List<Future<?>> waiting = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      waiting.add(pool.preparedQuery("INSERT INTO held VALUES ($1)").execute(Tuple.of(i)));
    }
    waiting.add(pool.withConnection(c -> c.query("INSERT INTO held VALUES (4)").execute()));

    assertThat(stopUntilItDrains().inFlight()).isEqualTo(5);
    Await.success(only.close());

    Await.success(Future.join(waiting));
    Await.success(app.stop());
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(rows()).isEqualTo(4);
  }

  @Test
  void cutsAndNamesWhatIsHeldUpForTooLong() {
    Pool pool = start(new JsonObject().put("drainTimeout", "50ms"));
    Transaction lock = lockTheTable();
    Future<?> inTransaction =
        pool.withTransaction(
            c -> c.preparedQuery("INSERT INTO held\n VALUES ($1)").execute(Tuple.of(7)));
    Future<?> alone = pool.query("SELECT id, 'a secret' FROM held").execute();
    Future<SqlConnection> idle = pool.getConnection();
    untilASessionWaitsForALock();
    Await.success(idle);

    Await.success(app.stop());

    LifecycleEvent.ComponentStopped stopped = app.stopped("postgres");
    assertThat(stopped.outcome()).isEqualTo(Outcome.CUT);
    assertThat(stopped.cut())
        .extracting(CutWork::what)
        .containsExactlyInAnyOrder(
            "transaction, last statement: INSERT INTO held VALUES ($1)",
            "SELECT id, '…' FROM held",
            "connection");
    Await.failure(inTransaction);
    Await.failure(alone);
    Await.success(lock.rollback());
    assertThat(rows()).isZero();
  }

  @Test
  void refusesLateUseAndNamesBothComponents() {
    Pool pool = start(new JsonObject(), true);
    SqlConnection open = Await.success(pool.getConnection());
    stopUntilItDrains();

    Promise<RowSet<Row>> query = Promise.promise();
    Promise<SqlConnection> connection = Promise.promise();
    stray
        .where()
        .runOnContext(
            v -> {
              pool.query("SELECT 'late'").execute().onComplete(query);
              pool.getConnection().onComplete(connection);
            });

    assertThat(Await.failure(query.future()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"postgres\" refuses SELECT '…': it is stopping")
        .hasMessageContaining("\"stray\", which must declare dependsOn(\"postgres\")");
    assertThat(Await.failure(connection.future()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("a connection");
    Await.success(open.close());
    stray.mayStop();
    Await.success(app.stop());
    assertThat(app.events())
        .filteredOn(LifecycleEvent.LateUse.class::isInstance)
        .map(LifecycleEvent.LateUse.class::cast)
        .extracting(LifecycleEvent.LateUse::component, LifecycleEvent.LateUse::user)
        .contains(org.assertj.core.groups.Tuple.tuple("postgres", "stray"));
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void aDependentCannotCloseThePool() {
    Pool pool = start();

    assertThat(Await.failure(pool.close()))
        .hasMessage("the pool belongs to component \"postgres\", which closes it when it stops");
    Await.success(pool.query("SELECT 1").execute());
  }
}
