package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.work.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The multipart uploads that the server keeps for this component: each from the answer that names
 * it until the answer that completes or aborts it. The SDK makes uploads of its own of a big body
 * in {@code putObject}, so this class is an interceptor, which every request passes.
 *
 * <p>Thread-safe; guarded by this. Requests under way are counted and can be waited for: an upload
 * cannot be aborted for good while its id is still to come, or while the server still receives
 * parts of it.
 */
final class MultipartUploads implements ExecutionInterceptor {

  /** One upload, as the server knows it. */
  record Upload(String bucket, String key, String id) {}

  private static final Set<String> FIELDS = Set.of("Bucket", "Key", "UploadId");

  /** A promise to complete as soon as a condition holds. */
  private record UploadWaiter(BooleanSupplier condition, Promise<Void> promise) {}

  private final String component;
  private final Map<String, Upload> open = new LinkedHashMap<>();
  private final List<UploadWaiter> waiters = new ArrayList<>();

  /** How many requests are under way for an upload, by its id. */
  private final Map<String, Integer> sending = new HashMap<>();

  private volatile Consumer<Upload> orphans = upload -> {};
  private int creating;
  private boolean refusing;

  MultipartUploads(String component) {
    this.component = component;
  }

  /** Sets the code that aborts uploads that were given up before their id was known. */
  void abortOrphansWith(Consumer<Upload> abort) {
    orphans = abort;
  }

  /**
   * Refuses, from now on, requests that would leave something at the server.
   *
   * @return completes when the id of each upload is known
   */
  Future<Void> refuse() {
    synchronized (this) {
      refusing = true;
    }
    return when(() -> creating == 0);
  }

  /** Completes when no part is under way and no upload is being completed. */
  Future<Void> quiet() {
    return when(sending::isEmpty);
  }

  /**
   * Completes when nothing else is under way for an upload, so that it can be aborted: neither a
   * part, nor its completion, nor another abort. Then {@link #end} must follow.
   */
  Future<Void> beginAbort(String id) {
    return when(() -> !sending.containsKey(id))
        .compose(quiet -> alone(id) ? Future.succeededFuture() : beginAbort(id));
  }

  private synchronized boolean alone(String id) {
    return sending.putIfAbsent(id, 1) == null;
  }

  private Future<Void> when(BooleanSupplier condition) {
    Promise<Void> promise = Promise.promise();
    synchronized (this) {
      waiters.add(new UploadWaiter(condition, promise));
    }
    completeWaiters();
    return promise.future();
  }

  /** The uploads that the server still keeps, oldest first. */
  synchronized List<Upload> open() {
    return List.copyOf(open.values());
  }

  private void completeWaiters() {
    List<UploadWaiter> ready = new ArrayList<>();
    synchronized (this) {
      for (UploadWaiter one : waiters) {
        if (one.condition().getAsBoolean()) {
          ready.add(one);
        }
      }
      waiters.removeAll(ready);
    }
    ready.forEach(one -> one.promise().tryComplete());
  }

  // ── called on any thread ───────────────────────────────────────────────────────────────────────

  /**
   * A request is about to be sent.
   *
   * @param id the upload that the request belongs to, null if it begins one
   */
  synchronized void begin(@Nullable String id) {
    if (refusing) {
      throw new RefusedException(
          "component \"%s\" has ended its uploads: their deadline passed".formatted(component));
    }
    if (id == null) {
      creating++;
    } else {
      sending.merge(id, 1, Integer::sum);
    }
  }

  /** A request that was begun is no longer under way, however it ended. */
  void end(@Nullable String id) {
    synchronized (this) {
      if (id == null) {
        creating--;
      } else {
        sending.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
      }
    }
    completeWaiters();
  }

  /**
   * The server has answered a request to begin an upload.
   *
   * @param answer its body
   * @param sdkGaveUp whether the SDK has given the request up, so that nothing but this class knows
   *     of the upload
   */
  void created(Buffer answer, boolean sdkGaveUp) {
    Upload upload = parsed(answer);
    if (upload == null) {
      return;
    }
    synchronized (this) {
      open.putIfAbsent(upload.id(), upload);
    }
    if (sdkGaveUp) {
      orphans.accept(upload);
    }
  }

  /** The upload that an answer names; null if it names none. */
  private static @Nullable Upload parsed(Buffer answer) {
    Map<String, String> fields = new HashMap<>();
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try {
      XMLStreamReader xml =
          factory.createXMLStreamReader(new ByteArrayInputStream(answer.getBytes()));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT && FIELDS.contains(xml.getLocalName())) {
          fields.put(xml.getLocalName(), xml.getElementText());
        }
      }
    } catch (XMLStreamException e) {
      return null;
    }
    String id = fields.get("UploadId");
    return id == null
        ? null
        : new Upload(fields.getOrDefault("Bucket", ""), fields.getOrDefault("Key", ""), id);
  }

  /** Whether the server still keeps an upload. */
  synchronized boolean isOpen(String id) {
    return open.containsKey(id);
  }

  /** Notes the uploads that an answer begins or ends. */
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

  /**
   * An upload that the server does not know has ended; an upload named with a wrong key has not.
   */
  @Override
  public synchronized void onExecutionFailure(
      Context.FailedExecution context, ExecutionAttributes attributes) {
    if (!(S3StartProblem.unwrapped(context.exception()) instanceof S3Exception answer)
        || answer.statusCode() != 404) {
      return;
    }
    SdkRequest request = context.request();
    if (request instanceof CompleteMultipartUploadRequest gone) {
      open.values().remove(new Upload(gone.bucket(), gone.key(), gone.uploadId()));
    } else if (request instanceof AbortMultipartUploadRequest gone) {
      open.values().remove(new Upload(gone.bucket(), gone.key(), gone.uploadId()));
    }
  }
}
