package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.Admission;
import io.github.vertxlifecycle.work.Work;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.BufferedSplittableAsyncRequestBody;
import software.amazon.awssdk.services.s3.DelegatingS3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAnnotationRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAnnotationResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTorrentRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTorrentResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.presignedurl.AsyncPresignedUrlExtension;
import software.amazon.awssdk.services.s3.waiters.S3AsyncWaiter;

/**
 * The client that dependents see. It counts each call until it is answered and the body that comes
 * with the answer has been read, and each multipart upload until it is completed or aborted. While
 * the component drains, it admits only requests for such an upload. Thread-safe.
 */
final class TrackedS3 extends DelegatingS3AsyncClient {

  private static final Set<String> BUCKETS = Set.of("Bucket", "DestinationBucket", "SourceBucket");

  private final S3Clients clients;
  private final S3AsyncClient plain;
  private final String bucket;
  private final Vertx vertx;
  private final Admission admission;
  private final String owner;

  private final Set<TrackedCall> calls = ConcurrentHashMap.newKeySet();

  /** Uploads that were begun by hand, by their id. */
  private final Map<String, Work> uploads = new ConcurrentHashMap<>();

  /**
   * Wraps the clients.
   *
   * @param clients do the work
   * @param bucket for requests that name none
   * @param vertx owns the contexts of the callers
   * @param admission counts the calls
   * @param owner the component that closes the clients
   */
  TrackedS3(S3Clients clients, String bucket, Vertx vertx, Admission admission, String owner) {
    super(clients.plain());
    this.clients = clients;
    this.plain = clients.plain();
    this.bucket = bucket;
    this.vertx = vertx;
    this.admission = admission;
    this.owner = owner;
  }

  // ── all calls ──────────────────────────────────────────────────────────────────────────────────

  @Override
  protected <T extends S3Request, R> CompletableFuture<R> invokeOperation(
      T request, Function<T, CompletableFuture<R>> operation) {
    return call(request, (addressed, call) -> operation.apply(addressed));
  }

  /** A part is kept until the server has it, so that it can be sent again. */
  @Override
  public CompletableFuture<PutObjectResponse> putObject(
      PutObjectRequest request, AsyncRequestBody content) {
    AsyncRequestBody kept =
        content.contentLength().isPresent()
            ? content
            : BufferedSplittableAsyncRequestBody.create(content);
    return call(request, (addressed, call) -> clients.inParts().putObject(addressed, kept));
  }

  @Override
  public <R> CompletableFuture<R> getObject(
      GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, R> reader) {
    return call(request, (addressed, call) -> plain.getObject(addressed, call.counted(reader)));
  }

  @Override
  public <R> CompletableFuture<R> getObjectAnnotation(
      GetObjectAnnotationRequest request,
      AsyncResponseTransformer<GetObjectAnnotationResponse, R> reader) {
    return call(
        request, (addressed, call) -> plain.getObjectAnnotation(addressed, call.counted(reader)));
  }

  @Override
  public <R> CompletableFuture<R> getObjectTorrent(
      GetObjectTorrentRequest request,
      AsyncResponseTransformer<GetObjectTorrentResponse, R> reader) {
    return call(
        request, (addressed, call) -> plain.getObjectTorrent(addressed, call.counted(reader)));
  }

  private interface Operation<T, R> {
    CompletableFuture<R> begin(T request, TrackedCall call);
  }

  private <T extends S3Request, R> CompletableFuture<R> call(T request, Operation<T, R> operation) {
    T addressed = withBucket(request);
    CallName name = new CallName(addressed);
    Work work = endsAnUpload(addressed) ? admission.count(name) : admission.admit(name);
    if (work == null) {
      return OnContext.of(
          vertx,
          admission.<R>refused(name).toCompletionStage(),
          S3StartProblem::unwrapped,
          () -> {},
          delivered -> {});
    }
    TrackedCall call = new TrackedCall(owner, name, work, calls);
    CompletableFuture<R> begun = begin(operation, addressed, call);
    if (isCancelledWhenCut(addressed)) {
      call.onCancel(() -> begun.cancel(true));
    }
    return OnContext.of(
        vertx,
        begun.whenComplete(
            (result, problem) -> {
              if (problem == null) {
                noteUpload(addressed, result);
              }
              noteEnd(addressed);
            }),
        call::explained,
        () -> begun.cancel(true),
        call::answered);
  }

  private static <T, R> CompletableFuture<R> begin(
      Operation<T, R> operation, T request, TrackedCall call) {
    try {
      return operation.begin(request, call);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Adds the section's bucket to a request that names none. */
  @SuppressWarnings("unchecked") // the builder of a request builds such a request
  private <T extends S3Request> T withBucket(T request) {
    S3Request.Builder builder = null;
    for (SdkField<?> field : request.sdkFields()) {
      String name = field.memberName();
      if (BUCKETS.contains(name)
          && request.getValueForField(name, String.class).isEmpty()
          && (!name.equals("SourceBucket")
              || request.getValueForField("SourceKey", String.class).isPresent())) {
        builder = builder == null ? request.toBuilder() : builder;
        ((SdkField<Object>) field).set((SdkPojo) builder, bucket);
      }
    }
    return builder == null ? request : (T) builder.build();
  }

  // ── uploads by hand ────────────────────────────────────────────────────────────────────────────

  private boolean endsAnUpload(S3Request request) {
    return request
        .getValueForField("UploadId", String.class)
        .filter(uploads::containsKey)
        .isPresent();
  }

  private void noteUpload(S3Request request, @Nullable Object result) {
    if (result instanceof CreateMultipartUploadResponse made) {
      Work work = admission.count(new UploadName(new CallName(request)));
      if (work != null) {
        uploads.put(made.uploadId(), work);
      }
    }
  }

  /**
   * Ends the work of an upload after its completion or abort, however that was answered: an upload
   * that the server does not know any more has ended, too.
   */
  private void noteEnd(S3Request request) {
    if (request instanceof CompleteMultipartUploadRequest end) {
      endIfGone(end.uploadId());
    } else if (request instanceof AbortMultipartUploadRequest end) {
      endIfGone(end.uploadId());
    }
  }

  private void endIfGone(@Nullable String id) {
    Work work = id == null || clients.uploads().isOpen(id) ? null : uploads.remove(id);
    if (work != null) {
      work.done();
    }
  }

  private record UploadName(CallName request) {
    @Override
    public String toString() {
      return request.toString().replaceFirst("^CreateMultipartUpload", "multipart upload");
    }
  }

  // ── the cut ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Requests that begin or complete an upload are not cancelled: their answers say whether there is
   * something to abort.
   */
  private static boolean isCancelledWhenCut(S3Request request) {
    return !(request instanceof CreateMultipartUploadRequest
        || request instanceof CompleteMultipartUploadRequest);
  }

  /** From now on, any failure of a call in flight is reported as the cut. */
  void beginCut() {
    calls.forEach(TrackedCall::beginCut);
  }

  /** Ends the calls in flight. */
  void cutAll() {
    calls.forEach(TrackedCall::cut);
  }

  // ── the rest of the interface ──────────────────────────────────────────────────────────────────

  /** A waiter that polls through this client, so that each poll is counted. */
  @Override
  public S3AsyncWaiter waiter() {
    return S3AsyncWaiter.builder().client(this).build();
  }

  /** Refuses: requests to presigned URLs would not be counted. */
  @Override
  public AsyncPresignedUrlExtension presignedUrlExtension() {
    throw new UnsupportedOperationException(
        "fetch presigned URLs with a client of HTTP; component \"%s\" would not count them"
            .formatted(owner));
  }

  /** Refuses: the client belongs to its component, and others use it too. */
  @Override
  public void close() {
    throw new UnsupportedOperationException(
        "the client belongs to component \"%s\", which closes it when it stops".formatted(owner));
  }
}
