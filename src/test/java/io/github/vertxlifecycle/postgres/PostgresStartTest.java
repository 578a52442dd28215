package io.github.vertxlifecycle.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import java.net.ConnectException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting against a database that is there, is not there, or refuses the login. */
@Tag("integration")
final class PostgresStartTest {

  @RegisterExtension static final TestServer server = TestServer.postgres();

  private TestApp app = new TestApp(c -> c.add("postgres", PostgresVerticle::new));

  @BeforeAll
  static void makeRoles() {
    Vertx vertx = Vertx.vertx();
    PgConnection admin = Await.success(PgConnection.connect(vertx, server.uri().toString()));
    for (String sql :
        List.of(
            "CREATE ROLE app LOGIN PASSWORD 'right' ",
            "CREATE ROLE crowd LOGIN PASSWORD 'right' CONNECTION LIMIT 0")) {
      Await.success(admin.query(sql).execute());
    }
    Await.success(vertx.close());
  }

  @AfterEach
  void close() {
    app.close();
  }

  private static String uri(String login, String database) {
    return "postgresql://%s@127.0.0.1:%d/%s".formatted(login, server.uri().getPort(), database);
  }

  private Future<String> start(JsonObject section) {
    return app.start(new JsonObject().put("postgres", section));
  }

  private Throwable failure(JsonObject section) {
    return Await.failure(start(section.put("startTimeout", "30s")));
  }

  /** Makes a table first. */
  private static final class Migrating extends PostgresVerticle {
    @Override
    protected Future<?> onConnected(Pool pool) throws Exception {
      return pool.query("CREATE TABLE IF NOT EXISTS migrated (n int)").execute();
    }
  }

  private static final class Reader extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      return use("postgres", Pool.class).query("SELECT n FROM migrated").execute();
    }
  }

  @Test
  void aStopWaitsForAMigrationUnderWay() {
    Promise<Void> migrating = Promise.promise();
    Promise<Void> migrated = Promise.promise();
    app.close();
    app =
        new TestApp(
            components ->
                components
                    .add(
                        "postgres",
                        () ->
                            new PostgresVerticle() {
                              @Override
                              protected Future<?> onConnected(Pool pool) {
                                migrating.complete();
                                return pool.query("SELECT pg_sleep(2)")
                                    .execute()
                                    .onSuccess(v -> migrated.complete());
                              }
                            })
                    .config(new JsonObject().put("uri", server.uri().toString())));
    Future<String> started = app.start(new JsonObject()); // with one second for a release
    Await.success(migrating.future());

    Await.success(app.stop());

    assertThat(migrated.future().succeeded()).isTrue();
    assertThat(app.stopped("postgres").outcome()).isEqualTo(Outcome.CLEAN);
    Await.failure(started);
  }

  @Test
  void migratesBeforeItsDependentsStart() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("postgres", Migrating::new);
              components.add("reader", Reader::new).dependsOn("postgres");
            });
    Await.success(start(new JsonObject().put("uri", server.uri().toString())));
  }

  @Test
  void doesNotStartIfAMigrationFails() {
    app.close();
    app =
        new TestApp(
            components ->
                components.add(
                    "postgres",
                    () ->
                        new PostgresVerticle() {
                          @Override
                          protected Future<?> onConnected(Pool pool) throws Exception {
                            throw new java.io.IOException("no file V1.sql");
                          }
                        }));
    assertThat(failure(new JsonObject().put("uri", uri("app:right", "postgres"))))
        .hasMessage("component \"postgres\" did not start: java.io.IOException: no file V1.sql");
  }

  @Test
  void logsInWithUserAndPassword() {
    Await.success(
        start(new JsonObject().put("uri", uri("app", "postgres")).put("password", "right")));
  }

  @Test
  void takesThePasswordFromTheUriToo() {
    Await.success(start(new JsonObject().put("uri", uri("app:right", "postgres"))));
  }

  @Test
  void takesHostPortUserAndDatabaseWithoutAnyUri() {
    Await.success(
        start(
            new JsonObject()
                .put("host", "127.0.0.1")
                .put("port", server.uri().getPort())
                .put("user", "postgres")));
  }

  @Test
  void aWrongPasswordFailsAtOnceAndNamesTheKey() {
    assertThat(
            failure(new JsonObject().put("uri", uri("app", "postgres")).put("password", "wr0ng")))
        .hasMessageContaining("component \"postgres\" did not start")
        .hasMessageContaining(
            "cannot connect to PostgreSQL at 127.0.0.1:%d/postgres as user \"app\": "
                .formatted(server.uri().getPort()))
        .hasMessageContaining("password authentication failed for user \"app\" (28P01)")
        .hasMessageContaining("check postgres.user and postgres.password")
        .message()
        .doesNotContain("wr0ng");
  }

  @Test
  void aMissingPasswordFailsAtOnceAndNamesTheKey() {
    assertThat(failure(new JsonObject().put("uri", uri("app", "postgres"))))
        .hasMessageContaining("as user \"app\"")
        .hasMessageContaining("set postgres.password");
  }

  @Test
  void anUnknownDatabaseFailsAtOnceAndNamesTheKey() {
    assertThat(failure(new JsonObject().put("uri", uri("app:right", "nowhere"))))
        .hasMessageContaining("database \"nowhere\" does not exist (3D000)")
        .hasMessageContaining("create that database or name another one in postgres.database");
  }

  @Test
  void aServerWithoutTlsFailsAtOnceWhereTlsIsRequired() {
    assertThat(
            failure(
                new JsonObject().put("uri", uri("postgres", "postgres")).put("sslMode", "require")))
        .hasMessageContaining("does not handle SSL connection; check postgres.sslMode");
  }

  @Test
  void tooManyConnectionsAreTriedAgainUntilTheStartTimeout() {
    assertThat(
            Await.failure(
                start(
                    new JsonObject()
                        .put("uri", uri("crowd:right", "postgres"))
                        .put("startTimeout", "2s"))))
        .hasMessageContaining("did not start within 2 s, its last try failed: ")
        .hasMessageContaining("too many connections for role \"crowd\"")
        .hasMessageContaining("raise postgres.startTimeout");
  }

  @Test
  void anUnreachableServerIsTriedUntilTheStartTimeout() {
    int unused = FreePorts.one();

    assertThat(
            Await.failure(
                start(
                    new JsonObject()
                        .put("uri", "postgresql://app:s3cret@127.0.0.1:" + unused + "/app")
                        .put("startTimeout", "2s"))))
        .hasMessageContaining("its last try failed: ")
        .hasMessageContaining("127.0.0.1:" + unused)
        .message()
        .doesNotContain("s3cret");
  }

  @Test
  void waitsForADatabaseThatComesUpLater() {
    int port = FreePorts.one();
    Future<String> started =
        start(
            new JsonObject()
                .put("uri", "postgresql://postgres@127.0.0.1:%d/postgres".formatted(port)));
    Vertx vertx = Vertx.vertx();

    Await.success(
        vertx.deployVerticle(
            new EmbeddedPostgresVerticle(),
            new DeploymentOptions().setConfig(new JsonObject().put("port", port))));

    Await.success(started);
    app.close();
    app = new TestApp(c -> {});
    Await.success(vertx.close());
  }

  @Test
  void takesTheUriOfAServerInTheSameApplication() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("server", EmbeddedPostgresVerticle::new);
              components.add("postgres", PostgresVerticle::new).dependsOn("server");
            });

    Await.success(start(new JsonObject().put("server", "server")));
    Await.success(app.stop());

    assertThat(app.stopped("postgres").at()).isLessThan(app.stopped("server").at());
  }

  @Test
  void namesTheMissingEdgeToTheServer() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("server", EmbeddedRedisVerticle::new);
              components.add("postgres", PostgresVerticle::new);
            });

    assertThat(failure(new JsonObject().put("server", "server")))
        .hasMessageContaining("declare .dependsOn(\"server\") on \"postgres\"");
  }

  @Test
  void worksAloneDeployedByHand() {
    Vertx vertx = Vertx.vertx();
    String id =
        Await.success(
            vertx.deployVerticle(
                new PostgresVerticle(),
                new DeploymentOptions()
                    .setConfig(new JsonObject().put("uri", server.uri().toString()))));
    Await.success(vertx.undeploy(id));
    Await.success(vertx.close());
  }

  @Test
  void connectionsCanBeCastToThoseOfTheClient() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("postgres", PostgresVerticle::new);
              components
                  .add(
                      "user",
                      () ->
                          new LifecycleVerticle() {
                            @Override
                            protected Future<?> onStart() {
                              return use("postgres", Pool.class)
                                  .withConnection(
                                      c -> {
                                        assertThat(PgConnection.cast(c).processId()).isPositive();
                                        return c.query("SELECT 1").execute();
                                      });
                            }
                          })
                  .dependsOn("postgres");
            });

    Await.success(start(new JsonObject().put("uri", server.uri().toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"57P03", "57P01", "53300", "08006"})
  void mayPass(String state) {
    assertThat(PostgresStartProblem.mayPass(new PgException("", "FATAL", state, ""))).isTrue();
    assertThat(PostgresStartProblem.mayPass(new ConnectException("refused"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"28P01", "28000", "3D000", "42501"})
  void willNotPass(String state) {
    assertThat(PostgresStartProblem.mayPass(new PgException("", "FATAL", state, ""))).isFalse();
    assertThat(PostgresStartProblem.mayPass(new SSLHandshakeException("untrusted"))).isFalse();
  }
}
