package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.github.vertxlifecycle.stores.TestServer;
import io.github.vertxlifecycle.stores.UndeclaredUser;
import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.ResponsePublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** A stop of the component while its users still have something open at the server. */
@Tag("integration")
final class S3DrainTest {

  private static final int MB = 1_000_000;

  @RegisterExtension static final TestServer server = TestServer.s3();

  private final Promise<S3AsyncClient> provided = Promise.promise();
  private final UndeclaredUser stray = new UndeclaredUser();

  private static BucketView storage;

  private TestApp app;

  /** A dependent that hands its client to the test and stops at once. */
  private final class S3User extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      provided.complete(use("s3", S3AsyncClient.class));
      return Future.succeededFuture();
    }
  }

  @BeforeAll
  static void look() {
    storage = new BucketView(server.uri());
  }

  @AfterAll
  static void lookAway() {
    storage.close();
  }

  @BeforeEach
  void clear() {
    storage.clear();
  }

  @AfterEach
  void close() {
    stray.mayStop();
    app.close();
  }

  private S3AsyncClient start(JsonObject keys) {
    app =
        new TestApp(
            components -> {
              components.add("s3", S3Verticle::new);
              components.add("user", S3User::new).dependsOn("s3");
              components.add("stray", () -> stray);
            });
    Await.success(
        app.start(new JsonObject().put("s3", BucketView.section(server.uri()).mergeIn(keys))));
    return Await.success(provided.future());
  }

  private S3AsyncClient start() {
    return start(new JsonObject());
  }

  private int inFlightWhenItDrains() {
    stray.mayStop();
    app.stop();
    return Await.success(app.draining("s3")).inFlight();
  }

  private void stopsClean() {
    stray.mayStop();
    Await.success(app.stop());
    assertThat(app.stopped("s3").outcome()).isEqualTo(Outcome.CLEAN);
  }

  private List<String> cut() {
    assertThat(app.stopped("s3").outcome()).isEqualTo(Outcome.CUT);
    assertThat(app.stopped("s3").failure()).isNull();
    return app.stopped("s3").cut().stream().map(CutWork::what).toList();
  }

  private static <T> T await(CompletableFuture<T> future) {
    return Await.success(Future.fromCompletionStage(future));
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return Await.failure(Future.fromCompletionStage(future));
  }

  private <T> Future<T> onContext(Context context, Supplier<CompletableFuture<T>> call) {
    Promise<T> answer = Promise.promise();
    context.runOnContext(v -> Future.fromCompletionStage(call.get()).onComplete(answer));
    return answer.future();
  }

  private RandomStream tap(long bytes) {
    return new RandomStream(stray.where(), bytes);
  }

  private Future<PutObjectResponse> put(S3AsyncClient s3, String key, RandomStream tap) {
    return onContext(stray.where(), () -> s3.putObject(put -> put.key(key), S3Streams.body(tap)));
  }

  /** Waits until the server has a part of an upload, at least the beginning of one. */
  private void awaitUpload(String key) {
    while (!storage.uploads().contains(key)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void waitsForAnUploadWhoseStreamGoesOn() throws Exception {
    S3AsyncClient s3 = start();
    RandomStream tap = tap(20 * MB);
    Future<PutObjectResponse> put = put(s3, "big", tap);
    awaitUpload("big");
    assertThat(inFlightWhenItDrains()).isEqualTo(1);

    tap.endAt(50 * MB + 1);

    Await.success(put);
    stopsClean();
    assertThat(storage.sha256("big")).isEqualTo(tap.sha256());
    assertThat(storage.uploads()).isEmpty();
  }

  @Test
  void waitsForABodyThatIsBeingRead() {
    S3AsyncClient s3 = start();
    Buffer bytes = Buffer.buffer(new byte[10 * MB]);
    await(s3.putObject(put -> put.key("read"), S3Streams.body(bytes)));
    ResponsePublisher<GetObjectResponse> body =
        await(s3.getObject(get -> get.key("read"), AsyncResponseTransformer.toPublisher()));
    assertThat(inFlightWhenItDrains()).isPositive();

    long[] read = new long[1];
    await(body.subscribe(buffer -> read[0] += buffer.remaining()));

    assertThat(read[0]).isEqualTo(bytes.length());
    stopsClean();
  }

  @Test
  void doesNotWaitForABodyThatWasGivenUp() {
    S3AsyncClient s3 = start();
    await(s3.putObject(put -> put.key("read"), S3Streams.body(Buffer.buffer(new byte[10 * MB]))));
    ResponsePublisher<GetObjectResponse> body =
        await(s3.getObject(get -> get.key("read"), AsyncResponseTransformer.toPublisher()));
    body.subscribe(PartialReader.up());

    stopsClean();
  }

  @Test
  void letsAnUploadThatWasBegunByHandGoOn() {
    S3AsyncClient s3 = start();
    String id = await(s3.createMultipartUpload(create -> create.key("hand"))).uploadId();
    assertThat(inFlightWhenItDrains()).isPositive();

    UploadPartResponse part =
        await(
            s3.uploadPart(
                one -> one.key("hand").uploadId(id).partNumber(1),
                S3Streams.body(Buffer.buffer("by hand"))));
    await(
        s3.completeMultipartUpload(
            all ->
                all.key("hand")
                    .uploadId(id)
                    .multipartUpload(
                        parts ->
                            parts.parts(
                                CompletedPart.builder().partNumber(1).eTag(part.eTag()).build()))));

    stopsClean();
    assertThat(storage.read("hand")).asString().isEqualTo("by hand");
  }

  @Test
  void doesNotWaitForAnUploadThatWasAborted() {
    S3AsyncClient s3 = start();
    String id = await(s3.createMultipartUpload(create -> create.key("hand"))).uploadId();
    await(s3.abortMultipartUpload(abort -> abort.key("hand").uploadId(id)));

    stopsClean();
  }

  @Test
  void cutsAndNamesAnUploadAndLeavesNothingOfIt() {
    S3AsyncClient s3 = start(cutSoon());
    RandomStream tap = tap(30 * MB);
    Future<PutObjectResponse> put = put(s3, "big", tap);
    String id = await(s3.createMultipartUpload(create -> create.key("hand"))).uploadId();
    await(
        s3.uploadPart(
            one -> one.key("hand").uploadId(id).partNumber(1),
            S3Streams.body(Buffer.buffer("by hand"))));
    awaitUpload("big");
    stray.mayStop();

    Await.success(app.stop());

    assertThat(cut()).containsExactlyInAnyOrder("PUT things/big", "multipart upload things/hand");
    assertThat(Await.failure(put))
        .hasMessage("PUT things/big was cut: component \"s3\" has stopped");
    assertThat(storage.uploads()).isEmpty();
    assertThat(storage.keys()).isEmpty();
  }

  /** The server has begun an upload whose id the client does not know yet. */
  @Test
  void abortsAnUploadWhoseIdComesAfterTheCut() {
    try (HoldingProxy proxy = new HoldingProxy(server.uri(), "?uploads")) {
      S3AsyncClient s3 = start(cutSoon().put("endpoint", proxy.uri().toString()));
      Future<PutObjectResponse> put = put(s3, "big", tap(30 * MB));
      proxy.awaitHeld();
      awaitUpload("big");
      stray.mayStop();
      Future<Void> stopped = app.stop();
      awaitReleasing();

      proxy.release();

      Await.success(stopped);
      assertThat(cut()).containsExactly("PUT things/big");
      Await.failure(put);
      assertThat(storage.uploads()).isEmpty();
      assertThat(storage.keys()).isEmpty();
    }
  }

  /** The server has a request to complete an upload and has not answered. */
  @Test
  void doesNotAbortAnUploadThatIsBeingCompleted() throws Exception {
    try (HoldingProxy proxy = new HoldingProxy(server.uri(), "<CompleteMultipartUpload")) {
      S3AsyncClient s3 = start(cutSoon().put("endpoint", proxy.uri().toString()));
      RandomStream tap = tap(0);
      put(s3, "big", tap);
      tap.endAt(20 * MB);
      proxy.awaitHeld();
      stray.mayStop();
      Future<Void> stopped = app.stop();
      awaitReleasing();

      proxy.release();

      Await.success(stopped);
      assertThat(cut()).containsExactly("PUT things/big");
      assertThat(storage.uploads()).isEmpty();
      assertThat(storage.sha256("big")).isEqualTo(tap.sha256());
    }
  }

  private static JsonObject cutSoon() {
    return new JsonObject().put("drainTimeout", "50ms").put("releaseTimeout", "10s");
  }

  private void awaitReleasing() {
    while (app.events().stream()
        .noneMatch(
            event ->
                event instanceof LifecycleEvent.ComponentReleasing one
                    && one.component().equals("s3"))) {
      Thread.onSpinWait();
    }
  }

  @Test
  void cutsABodyThatNobodyReads() {
    S3AsyncClient s3 = start(cutSoon());
    await(s3.putObject(put -> put.key("read"), S3Streams.body(Buffer.buffer(new byte[10 * MB]))));
    ResponsePublisher<GetObjectResponse> body =
        await(s3.getObject(get -> get.key("read"), AsyncResponseTransformer.toPublisher()));
    PartialReader reader = PartialReader.waiting();
    body.subscribe(reader);
    stray.mayStop();

    Await.success(app.stop());

    assertThat(cut()).containsExactly("GET things/read");
    assertThat(Await.failure(reader.ended()))
        .hasMessage("GET things/read was cut: component \"s3\" has stopped");
  }

  @Test
  void anUploadThatItsCallerCancelsLeavesNothing() {
    S3AsyncClient s3 = start();
    CompletableFuture<PutObjectResponse> put = begin(s3, tap(30 * MB));
    awaitUpload("big");

    put.cancel(true);

    stopsClean();
    assertThat(storage.uploads()).isEmpty();
    assertThat(storage.keys()).isEmpty();
  }

  /** The server has begun an upload that has been given up when its id comes. */
  @Test
  void anUploadThatIsGivenUpBeforeItsIdComesLeavesNothing() {
    try (HoldingProxy proxy = new HoldingProxy(server.uri(), "?uploads")) {
      S3AsyncClient s3 = start(new JsonObject().put("endpoint", proxy.uri().toString()));
      CompletableFuture<PutObjectResponse> put = begin(s3, tap(30 * MB));
      proxy.awaitHeld();
      awaitUpload("big");

      put.cancel(true);
      proxy.release();

      while (storage.uploads().contains("big")) {
        Thread.onSpinWait();
      }
      stopsClean();
    }
  }

  private CompletableFuture<PutObjectResponse> begin(S3AsyncClient s3, RandomStream tap) {
    Promise<CompletableFuture<PutObjectResponse>> begun = Promise.promise();
    stray
        .where()
        .runOnContext(
            v -> begun.complete(s3.putObject(put -> put.key("big"), S3Streams.body(tap))));
    return Await.success(begun.future());
  }

  @Test
  void anUploadWhoseStreamFailsLeavesNothing() {
    S3AsyncClient s3 = start();
    RandomStream tap = tap(30 * MB);
    Future<PutObjectResponse> put = put(s3, "big", tap);
    awaitUpload("big");

    tap.fail(new IllegalStateException("the file is gone"));

    assertThat(Await.failure(put)).hasStackTraceContaining("the file is gone");
    stopsClean();
    assertThat(storage.uploads()).isEmpty();
    assertThat(storage.keys()).isEmpty();
  }

  /** The client goes while its upload is being prepared, when its request has no handlers yet. */
  @Test
  void anUploadFromAClientThatHasGoneFails() {
    S3AsyncClient s3 = start();
    Promise<PutObjectResponse> put = Promise.promise();
    Promise<Void> asked = Promise.promise();
    HttpServer front =
        Await.success(
            app.vertx()
                .createHttpServer()
                .requestHandler(
                    request -> {
                      request.pause();
                      request
                          .response()
                          .closeHandler(
                              gone ->
                                  Future.fromCompletionStage(
                                          s3.putObject(
                                              one -> one.key("gone"), S3Streams.body(request)))
                                      .onComplete(put));
                      asked.complete();
                    })
                .listen(0, "127.0.0.1"));
    NetSocket client =
        Await.success(app.vertx().createNetClient().connect(front.actualPort(), "127.0.0.1"));
    client.write("PUT /gone HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\nthe beginning");
    Await.success(asked.future());

    client.close();

    assertThat(Await.failure(put.future())).hasStackTraceContaining("the client has gone");
    stopsClean();
    assertThat(storage.uploads()).isEmpty();
    assertThat(storage.keys()).isEmpty();
  }

  @Test
  void aHeaderThatCannotBeSentFailsTheCall() {
    S3AsyncClient s3 = start();

    Throwable problem =
        failure(
            s3.putObject(
                put -> put.key("broken").metadata(Map.of("note", "two\nlines")),
                S3Streams.body(Buffer.buffer("content"))));

    assertThat(problem).hasRootCauseInstanceOf(IllegalArgumentException.class);
    stopsClean();
  }

  /**
   * A cut waits for the ids of uploads that were begun; this one was never sent, so the cut must
   * not wait for it.
   */
  @Test
  void anUploadWhoseHeaderCannotBeSentIsNotWaitedForInACut() {
    S3AsyncClient s3 = start(cutSoon());

    Throwable problem =
        failure(
            s3.createMultipartUpload(
                create -> create.key("broken").contentDisposition("attachment\n")));

    assertThat(problem).hasRootCauseInstanceOf(IllegalArgumentException.class);
    await(s3.createMultipartUpload(create -> create.key("hand")));
    stray.mayStop();
    Await.success(app.stop());
    assertThat(cut()).containsExactly("multipart upload things/hand");
    assertThat(storage.uploads()).isEmpty();
  }

  @Test
  void doesNotWaitForAnUploadThatTheServerNoLongerHas() {
    S3AsyncClient s3 = start();
    String completed = await(s3.createMultipartUpload(create -> create.key("one"))).uploadId();
    String aborted = await(s3.createMultipartUpload(create -> create.key("two"))).uploadId();
    storage.clear();

    assertThat(
            failure(
                s3.completeMultipartUpload(
                    all ->
                        all.key("one")
                            .uploadId(completed)
                            .multipartUpload(
                                parts ->
                                    parts.parts(
                                        CompletedPart.builder()
                                            .partNumber(1)
                                            .eTag("none")
                                            .build())))))
        .isInstanceOf(NoSuchUploadException.class);
    assertThat(failure(s3.abortMultipartUpload(abort -> abort.key("two").uploadId(aborted))))
        .isInstanceOf(NoSuchUploadException.class);

    stopsClean();
  }

  @Test
  void refusesLateUseAndNamesBothComponents() {
    S3AsyncClient s3 = start();
    String id = await(s3.createMultipartUpload(create -> create.key("hand"))).uploadId();
    app.stop();
    assertThat(Await.success(app.draining("s3")).inFlight()).isPositive();

    Future<ResponseBytes<GetObjectResponse>> get =
        onContext(
            stray.where(),
            () -> s3.getObject(one -> one.key("a"), AsyncResponseTransformer.toBytes()));

    assertThat(Await.failure(get))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("\"s3\" refuses GET things/a: it is stopping")
        .hasMessageContaining("\"stray\", which must declare dependsOn(\"s3\")");
    await(s3.abortMultipartUpload(abort -> abort.key("hand").uploadId(id)));
    stopsClean();
  }

  @Test
  void aDependentCannotCloseTheClient() {
    S3AsyncClient s3 = start();

    assertThatThrownBy(s3::close)
        .hasMessage("the client belongs to component \"s3\", which closes it when it stops");
    await(s3.headBucket(head -> {}));
  }

  @Test
  void cancellingACallEndsIt() {
    S3AsyncClient s3 = start();
    CompletableFuture<PutObjectResponse> put = begin(s3, tap(1000));

    put.cancel(true);

    assertThatThrownBy(put::join).isInstanceOf(CancellationException.class);
    stopsClean();
  }
}
