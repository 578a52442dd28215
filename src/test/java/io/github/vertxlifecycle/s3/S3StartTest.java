package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.devservices.EmbeddedS3Verticle;
import io.github.vertxlifecycle.junit5.SilentServer;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.ConnectException;
import java.net.URI;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Starting against an object store that is there, is not there, or refuses the login. */
@Tag("integration")
final class S3StartTest {

  @RegisterExtension static final TestServer server = TestServer.s3();

  private TestApp app = new TestApp(c -> c.add("s3", S3Verticle::new));

  @AfterEach
  void close() {
    app.close();
  }

  private Future<String> start(JsonObject section) {
    return app.start(new JsonObject().put("s3", section));
  }

  private static JsonObject section() {
    return BucketView.section(server.uri());
  }

  private Throwable failure(JsonObject section) {
    return Await.failure(start(section.put("startTimeout", "30s")));
  }

  @Test
  void startsAndStops() {
    Await.success(start(section()));
    Await.success(app.stop());
  }

  @Test
  void isReadyForItsDependentsWhenASubclassHasSeenToIt() {
    app.close();
    app =
        new TestApp(
            components ->
                components.add(
                    "s3",
                    () ->
                        new S3Verticle() {
                          @Override
                          protected Future<?> onConnected(S3AsyncClient s3) {
                            return Future.fromCompletionStage(
                                    s3.listObjectsV2(list -> list.maxKeys(1)), context)
                                .compose(listed -> Future.failedFuture("enough"));
                          }
                        }));
    assertThat(failure(section())).hasMessage("component \"s3\" did not start: enough");
  }

  @Test
  void aWrongKeyFailsAtOnceAndNamesTheKeysWithoutShowingThem() {
    assertThat(failure(section().put("secretKey", "wr0ng")))
        .hasMessageContaining("component \"s3\" did not start")
        .hasMessageContaining("cannot reach bucket things at " + server.uri() + ": HTTP status 403")
        .hasMessageContaining("check s3.accessKey and s3.secretKey")
        .message()
        .doesNotContain("wr0ng")
        .doesNotContain(TestServer.ACCESS_KEY);
  }

  @Test
  void aBucketThatIsNotThereFailsAtOnce() {
    assertThat(failure(section().put("bucket", "nothing")))
        .hasMessageContaining("cannot reach bucket nothing at ")
        .hasMessageContaining("create it or name another one in s3.bucket");
  }

  @Test
  void anUnreachableServerIsTriedUntilTheStartTimeout() {
    URI unused = URI.create("http://127.0.0.1:" + FreePorts.one());

    assertThat(Await.failure(start(BucketView.section(unused).put("startTimeout", "3s"))))
        .hasMessageContaining("did not start within 3 s, its last try failed: ")
        .hasMessageContaining("raise s3.startTimeout");
  }

  @Test
  void waitsForAServerThatComesUpLater() {
    int port = FreePorts.one();
    Future<String> started = start(BucketView.section(URI.create("http://127.0.0.1:" + port)));

    try (TestServer late = TestServer.s3(port).start()) {
      Await.success(started);
      assertThat(late.uri().getPort()).isEqualTo(port);
      app.close();
      app = new TestApp(c -> {});
    }
  }

  @Test
  void takesTheEndpointOfAServerInTheSameApplication() {
    app.close();
    app =
        new TestApp(
            components -> {
              components.add("server", EmbeddedS3Verticle::new);
              components.add("s3", S3Verticle::new).dependsOn("server");
            });
    JsonObject section = section();
    section.remove("endpoint");

    Await.success(
        app.start(
            new JsonObject()
                .put("server", TestServer.s3Section())
                .put("s3", section.put("server", "server"))));
    Await.success(app.stop());

    assertThat(app.stopped("s3").at()).isLessThan(app.stopped("server").at());
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void mayPass(int status) {
    assertThat(S3StartProblem.mayPass(answer(status))).isTrue();
    assertThat(
            S3StartProblem.mayPass(
                SdkClientException.create("no", new ConnectException("refused"))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404})
  void willNotPass(int status) {
    assertThat(S3StartProblem.mayPass(answer(status))).isFalse();
    assertThat(
            S3StartProblem.mayPass(
                SdkClientException.create("no", new SSLHandshakeException("untrusted"))))
        .isFalse();
  }

  private static Throwable answer(int status) {
    return S3Exception.builder().statusCode(status).message("no").build();
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsTriedAgainUntilTheStartTimeout() {
    try (SilentServer silent = new SilentServer()) {
      assertThat(
              Await.failure(
                  start(
                      section()
                          .put("endpoint", "http://127.0.0.1:" + silent.port())
                          .put("idleTimeout", "100ms")
                          .put("startTimeout", "8s"))))
          .hasMessageContaining("did not start within 8 s, its last try failed: ")
          .hasMessageContaining("raise s3.startTimeout");
    }
  }
}
