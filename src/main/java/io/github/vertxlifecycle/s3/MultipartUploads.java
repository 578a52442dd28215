package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;

/**
 * The multipart uploads that the server keeps for us: from the answer that names one until the
 * answer that completes or aborts it. The SDK's own are among them, those that {@code putObject}
 * makes of a big body; so it listens where every request passes.
 *
 * <p>Thread-safe; guarded by this. Waiting is for requests under way: an upload cannot be aborted
 * for good while its id is still to come, or while parts of it are still being received.
 */
final class MultipartUploads implements ExecutionInterceptor {

  /** One upload, as the server knows it. */
  record Upload(String bucket, String key, String id) {}

  /** What a request does to an upload. */
  enum Step {
    /** Begins it; the answer has its id. */
    CREATING,
    /** Sends a part, or completes it. */
    SENDING
  }

  private final String component;
  private final Map<String, Upload> open = new LinkedHashMap<>();
  private final List<Promise<Void>> waitForCreated = new ArrayList<>();
  private final List<Promise<Void>> waitForQuiet = new ArrayList<>();
  private int creating;
  private int sending;
  private boolean refusing;

  MultipartUploads(String component) {
    this.component = component;
  }

  /**
   * From now on nothing is sent that would leave something at the server.
   *
   * @return completes when the id of each upload is known
   */
  Future<Void> refuse() {
    Promise<Void> created = Promise.promise();
    synchronized (this) {
      refusing = true;
      waitForCreated.add(created);
    }
    tellWaiters();
    return created.future();
  }

  /** Completes when no part is under way and no upload is being completed. */
  Future<Void> quiet() {
    Promise<Void> quiet = Promise.promise();
    synchronized (this) {
      waitForQuiet.add(quiet);
    }
    tellWaiters();
    return quiet.future();
  }

  /** Those that the server still keeps, oldest first. */
  synchronized List<Upload> open() {
    return List.copyOf(open.values());
  }

  private void tellWaiters() {
    List<Promise<Void>> told = new ArrayList<>();
    synchronized (this) {
      if (creating == 0) {
        told.addAll(waitForCreated);
        waitForCreated.clear();
        if (sending == 0) {
          told.addAll(waitForQuiet);
          waitForQuiet.clear();
        }
      }
    }
    told.forEach(Promise::tryComplete);
  }

  // ── what the SDK tells, on any thread ──────────────────────────────────────────────────────────

  /** A request is about to be sent. */
  void begin(Step step) {
    synchronized (this) {
      if (refusing) {
        throw new RefusedException(
            "component \"%s\" has ended its uploads: their deadline passed".formatted(component));
      }
      count(step, 1);
    }
  }

  /** Nothing of a request is under way any more, however it ended. */
  void end(Step step) {
    synchronized (this) {
      count(step, -1);
    }
    tellWaiters();
  }

  private void count(Step step, int more) {
    switch (step) {
      case CREATING -> creating += more;
      case SENDING -> sending += more;
    }
  }

  /** An answer was understood; before the request that it answers is over. */
  @Override
  public synchronized void afterExecution(
      Context.AfterExecution context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    if (context.response() instanceof CreateMultipartUploadResponse made
        && request instanceof CreateMultipartUploadRequest asked) {
      open.put(made.uploadId(), new Upload(asked.bucket(), asked.key(), made.uploadId()));
    } else if (request instanceof CompleteMultipartUploadRequest done) {
      open.remove(done.uploadId());
    } else if (request instanceof AbortMultipartUploadRequest done) {
      open.remove(done.uploadId());
    }
  }
}
