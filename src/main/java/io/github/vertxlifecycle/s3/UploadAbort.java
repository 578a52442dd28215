package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Ends the calls and uploads that are still in flight, so that the server keeps nothing of them.
 *
 * <p>In this order: nothing new is sent; the answers to requests that began an upload are awaited,
 * because only they contain its id; all calls are cancelled except those that complete an upload,
 * whose answers are awaited, too; then each upload that is left is aborted. A server may still be
 * receiving a part, which is kept in spite of the abort (Amazon's documentation of
 * AbortMultipartUpload says so), so the abort is repeated until the parts are gone.
 */
final class UploadAbort {

  private static final Logger log = LoggerFactory.getLogger(UploadAbort.class);
  private static final int TRIES = 5;

  private final S3Clients clients;
  private final TrackedS3 tracked;
  private final Context context;

  UploadAbort(S3Clients clients, TrackedS3 tracked, Context context) {
    this.clients = clients;
    this.tracked = tracked;
    this.context = context;
  }

  /**
   * Completes on the context when the server keeps nothing; fails if an upload cannot be aborted.
   */
  Future<?> end() {
    tracked.beginCut();
    return clients
        .uploads()
        .refuse()
        .compose(
            known -> {
              tracked.cutAll();
              return clients.uploads().quiet();
            })
        .compose(quiet -> abortAll(clients.uploads().open()));
  }

  private Future<?> abortAll(List<MultipartUploads.Upload> uploads) {
    return uploads.isEmpty()
        ? Future.succeededFuture()
        : Future.join(uploads.stream().map(upload -> abort(upload, TRIES)).toList());
  }

  private Future<?> abort(MultipartUploads.Upload upload, int tries) {
    log.atLevel(tries == TRIES ? Level.WARN : Level.DEBUG)
        .log(
            "aborting the upload of {}/{}, which was not completed", upload.bucket(), upload.key());
    return Future.fromCompletionStage(
            clients
                .plain()
                .abortMultipartUpload(
                    abort -> abort.bucket(upload.bucket()).key(upload.key()).uploadId(upload.id())),
            context)
        .<Boolean>map(false)
        .recover(UploadAbort::unknown)
        .compose(gone -> gone ? Future.succeededFuture(true) : isGone(upload))
        .compose(
            gone -> {
              if (gone) {
                return Future.succeededFuture();
              }
              return tries > 1
                  ? abort(upload, tries - 1)
                  : Future.failedFuture(new VertxException("it still has parts", true));
            })
        .recover(problem -> Future.failedFuture(explained(upload, problem)));
  }

  private Future<Boolean> isGone(MultipartUploads.Upload upload) {
    return Future.fromCompletionStage(
            clients
                .plain()
                .listParts(
                    list -> list.bucket(upload.bucket()).key(upload.key()).uploadId(upload.id())),
            context)
        .map(answer -> !answer.hasParts() || answer.parts().isEmpty())
        .recover(UploadAbort::unknown);
  }

  /** True if the problem is that there is no such upload, which is the aim. */
  private static Future<Boolean> unknown(Throwable problem) {
    return S3StartProblem.unwrapped(problem) instanceof S3Exception answer
            && answer.statusCode() == 404
        ? Future.succeededFuture(true)
        : Future.failedFuture(problem);
  }

  private static Throwable explained(MultipartUploads.Upload upload, Throwable problem) {
    return problem instanceof LeftOver
        ? problem
        : new LeftOver(
            "the upload of %1$s/%2$s could not be aborted: %3$s; its parts stay at the server until you run %4$s"
                .formatted(
                    upload.bucket(),
                    upload.key(),
                    S3StartProblem.unwrapped(problem).getMessage(),
                    "aws s3api abort-multipart-upload --bucket %s --key '%s' --upload-id %s"
                        .formatted(upload.bucket(), upload.key(), upload.id())),
            problem);
  }

  private static final class LeftOver extends VertxException {

    private static final long serialVersionUID = 1L;

    LeftOver(String message, Throwable cause) {
      super(message, cause, true);
    }
  }
}
