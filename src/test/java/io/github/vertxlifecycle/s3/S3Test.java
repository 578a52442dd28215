package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The client at work, against a real server. */
@Tag("integration")
final class S3Test {

  @RegisterExtension static final TestServer server = TestServer.s3();

  private static final long ALL = 400_000_000;

  /** More than four parts and the buffers of their sockets hold. */
  private static final long IN_BETWEEN = 100_000_000;

  /** Turns of the event loop; a stream that is read gives 64 KiB in each. */
  private static final int TURNS = 10_000;

  @TempDir Path directory;

  private Promise<S3AsyncClient> provided = Promise.promise();
  private Promise<Context> userContext = Promise.promise();
  private TestApp app;
  private S3AsyncClient s3;
  private Context context;

  private final class S3User extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      userContext.complete(super.context);
      provided.complete(use("s3", S3AsyncClient.class));
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void start() {
    start(server.uri());
  }

  private void start(URI endpoint) {
    app =
        new TestApp(
            components -> {
              components.add("s3", S3Verticle::new);
              components.add("user", S3User::new).dependsOn("s3");
            });
    Await.success(app.start(new JsonObject().put("s3", BucketView.section(endpoint))));
    s3 = Await.success(provided.future());
    context = Await.success(userContext.future());
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private <T> T onContext(Supplier<CompletableFuture<T>> call) {
    Promise<T> answer = Promise.promise();
    context.runOnContext(v -> Future.fromCompletionStage(call.get()).onComplete(answer));
    return Await.success(answer.future());
  }

  @Test
  void keepsAndGivesBack() {
    Buffer bytes = Buffer.buffer("hello");
    onContext(() -> s3.putObject(put -> put.key("a/b c"), S3Streams.body(bytes)));
    ResponseBytes<GetObjectResponse> got =
        onContext(() -> s3.getObject(get -> get.key("a/b c"), AsyncResponseTransformer.toBytes()));
    assertThat(got.asUtf8String()).isEqualTo("hello");
  }

  @Test
  void streamsAFileUpAndDown() throws Exception {
    byte[] bytes = new byte[30_000_000];
    new Random(1).nextBytes(bytes);
    Path from = directory.resolve("from");
    Path to = directory.resolve("to");
    Files.write(from, bytes);
    Promise<Object> done = Promise.promise();
    Vertx vertx = app.vertx();
    context.runOnContext(
        v ->
            vertx
                .fileSystem()
                .open(from.toString(), new OpenOptions())
                .compose(
                    file ->
                        Future.fromCompletionStage(
                            s3.putObject(put -> put.key("big"), S3Streams.body(file))))
                .compose(put -> vertx.fileSystem().open(to.toString(), new OpenOptions()))
                .compose(
                    file ->
                        Future.fromCompletionStage(
                            s3.getObject(get -> get.key("big"), S3Streams.into(file))))
                .<Object>map(x -> x)
                .onComplete(done));
    Await.success(done.future());
    assertThat(Files.mismatch(from, to)).isEqualTo(-1);
  }

  @Test
  void sendsAFileOfKnownLengthInPartsToo() throws Exception {
    byte[] bytes = new byte[20_000_001];
    new Random(2).nextBytes(bytes);
    Path from = directory.resolve("from");
    Files.write(from, bytes);

    onContext(() -> s3.putObject(put -> put.key("file"), AsyncRequestBody.fromFile(from)));

    ResponseBytes<GetObjectResponse> got =
        onContext(() -> s3.getObject(get -> get.key("file"), AsyncResponseTransformer.toBytes()));
    assertThat(got.asByteArray()).isEqualTo(bytes);
  }

  @Test
  void answersOnTheContextOfTheCall() {
    Promise<Context> answered = Promise.promise();
    Promise<Context> failed = Promise.promise();
    context.runOnContext(
        v -> {
          CompletionStage<?> there = s3.headBucket(head -> {});
          CompletionStage<?> notThere = s3.headObject(head -> head.key("never"));
          there.whenComplete((answer, none) -> answered.complete(Vertx.currentContext()));
          notThere.whenComplete((none, problem) -> failed.complete(Vertx.currentContext()));
        });

    assertThat(Await.success(answered.future())).isSameAs(context);
    assertThat(Await.success(failed.future())).isSameAs(context);
  }

  @Test
  void failsForAnObjectThatDoesNotExist() {
    Promise<Object> answer = Promise.promise();
    context.runOnContext(
        v ->
            Future.fromCompletionStage(
                    s3.getObject(get -> get.key("never"), AsyncResponseTransformer.toBytes()))
                .<Object>map(got -> got)
                .onComplete(answer));

    assertThat(Await.failure(answer.future())).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void aBodyCannotBeMadeWhereThereIsNoContext() {
    assertThatThrownBy(() -> S3Streams.body(new RandomStream(context, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("call S3Streams on the Vert.x context of the stream");
  }

  /** The server takes the first parts and is silent after them. */
  @Test
  void readsNoFasterThanTheServerTakes() {
    stop();
    provided = Promise.promise();
    userContext = Promise.promise();
    try (HoldingProxy proxy = new HoldingProxy(server.uri(), "partNumber=")) {
      start(proxy.uri());
      RandomStream tap = new RandomStream(context, ALL);
      Promise<Object> put = Promise.promise();
      context.runOnContext(
          v ->
              Future.fromCompletionStage(s3.putObject(one -> one.key("slow"), S3Streams.body(tap)))
                  .<Object>map(done -> done)
                  .onComplete(put));
      proxy.awaitHeld();

      Await.success(turns(TURNS)); // enough for all of it

      assertThat(tap.given()).isLessThan(IN_BETWEEN);
      tap.endAt(tap.given());
      proxy.release();
      Await.success(put.future());
    }
  }

  private Future<Void> turns(int count) {
    Promise<Void> taken = Promise.promise();
    turn(count, taken);
    return taken.future();
  }

  private void turn(int left, Promise<Void> taken) {
    context.runOnContext(
        v -> {
          if (left == 0) {
            taken.complete();
          } else {
            turn(left - 1, taken);
          }
        });
  }
}
