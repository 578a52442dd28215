package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.SystemClock;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;

/**
 * A client of an object store that speaks S3, Amazon's own or another, as a component. It provides
 * an {@link S3AsyncClient}, the client's own interface.
 *
 * <p>Its start waits for the server until the start timeout; wrong keys or a bucket that does not
 * exist fail it at once. Work in flight is each call, until its answer is there and a body that is
 * streamed back has been read to its end, and each multipart upload that was begun by hand, until
 * it is completed or aborted. Work is named by method, bucket and key: {@code PUT
 * links/qr/4711.svg}. While the component drains, this work goes on, including the parts of an open
 * upload, and nothing new is admitted; declared dependents have stopped by then.
 *
 * <p>Work still in flight at the deadline is cancelled, and every multipart upload among it is
 * aborted before the connections close, so that the server keeps no parts; this has to fit into
 * {@code releaseTimeout}. An upload that is being completed at that moment is not aborted: its
 * object is there completely or not at all.
 *
 * <p>{@code putObject} sends a body that is bigger than a part in several parts, some of them at
 * once, and takes a body of unknown length; {@link S3Streams} makes one of a Vert.x stream. The
 * future of a call made on a Vert.x context completes on that context, so code there must not block
 * until it does. A request that names no bucket goes to the section's bucket.
 *
 * <p>Keys of its section:
 *
 * <ul>
 *   <li>{@code bucket}, which must exist
 *   <li>{@code region}, us-east-1; {@code endpoint}, {@code http://host:port} of another server
 *       than Amazon's; or {@code server}, the name of a dependency that provides its {@link URI}
 *   <li>{@code accessKey}, {@code secretKey}; without them the SDK looks in its usual places:
 *       environment, profile, container, instance; {@code sessionToken}
 *   <li>{@code pathStyle}, whether the bucket is in the path and not in the host's name; true with
 *       an endpoint of its own, else false; {@code sslRootCert}, a PEM file of the authorities to
 *       trust
 *   <li>{@code checksums}, true; false sends and checks only those that S3 requires, for servers
 *       that know no others
 *   <li>{@code maxConnections}, 50; {@code connectTimeout}, 5 s; {@code waitTimeout}, 30 s, for a
 *       connection to become free; {@code idleTimeout}, 30 s, without a byte in either direction:
 *       then a request fails, and the SDK tries it again a few times; an upload of any size may go
 *       on as long as it moves
 *   <li>{@code partSize}, 8388608 bytes, at least 5 MiB; at most four parts of an upload are in
 *       memory
 * </ul>
 */
public class S3Verticle extends LifecycleVerticle {

  private static final Logger log = LoggerFactory.getLogger(S3Verticle.class);

  private @Nullable S3Settings settings;

  // event loop only
  private @Nullable HttpClient http;
  private @Nullable S3Clients clients;
  private @Nullable TrackedS3 tracked;
  private @Nullable FailureLog failures;

  /** Makes the component; its section configures it. */
  public S3Verticle() {}

  /**
   * Runs when the server has answered, before dependents start: the moment for what they all rely
   * on, a rule of the bucket for example.
   *
   * @param provided what this component provides
   * @return completes when dependents may start
   * @throws Exception fails the start, and the client is closed
   */
  protected Future<?> onConnected(S3AsyncClient provided) throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Reads the subclass's own keys of the section, after the client's.
   *
   * @param section this component's part of the configuration
   */
  protected void configureMore(Section section) {}

  /** Reads the client's keys; a subclass fills in {@link #configureMore} for its own. */
  @Override
  protected final void configure(Section section) {
    settings = new S3Settings(section);
    configureMore(section);
  }

  /** Reaches the bucket; a subclass fills in {@link #onConnected}. */
  @Override
  protected final Future<?> onStart() {
    S3Settings read = Objects.requireNonNull(settings, "settings");
    String server = read.server();
    URI endpoint = server == null ? read.endpoint() : use(server, URI.class);
    MultipartUploads uploads = new MultipartUploads(name());
    HttpClient sender = vertx.createHttpClient(read.transport(), read.pool());
    http = sender;
    VertxTransport transport =
        new VertxTransport(vertx, context, sender, read.waitTimeout(), uploads);
    return vertx
        .executeBlocking(() -> S3Clients.make(name(), read, endpoint, transport, uploads))
        .compose(made -> start(made, read, new S3StartProblem(name(), read.bucket(), endpoint)));
  }

  private Future<?> start(S3Clients made, S3Settings read, S3StartProblem problems) {
    clients = made;
    FailureLog to = new FailureLog(log, name(), SystemClock.instance());
    failures = to;
    made.uploads().abortOrphansWith(upload -> abort(made, to, upload));
    return retry(
            "reach bucket " + problems.where(), () -> head(made, read), S3StartProblem::mayPass)
        .recover(problem -> Future.failedFuture(problems.explained(problem)))
        .compose(there -> step("onConnected", () -> onConnected(provideIt(made, read))))
        .recover(problem -> release().transform(v -> Future.failedFuture(problem)));
  }

  private S3AsyncClient provideIt(S3Clients made, S3Settings read) {
    TrackedS3 client = new TrackedS3(made, read.bucket(), vertx, admission(), name());
    tracked = client;
    health("HeadBucket", () -> head(made, read));
    provide(S3AsyncClient.class, client);
    return client;
  }

  /** Aborts an upload that the SDK has given up. If the abort fails, the stop tries again. */
  private static void abort(S3Clients made, FailureLog failures, MultipartUploads.Upload upload) {
    CompletionStage<?> aborted =
        made.plain()
            .abortMultipartUpload(
                abort -> abort.bucket(upload.bucket()).key(upload.key()).uploadId(upload.id()));
    aborted.whenComplete(
        (done, problem) -> {
          if (problem != null) {
            failures.failed(
                Level.WARN,
                "aborting the upload of %s/%s, which was given up,"
                    .formatted(upload.bucket(), upload.key()),
                S3StartProblem.unwrapped(problem));
          }
        });
  }

  /**
   * Asks for the bucket, on a worker: the first call loads some hundred classes, and looks for
   * credentials.
   */
  private Future<HeadBucketResponse> head(S3Clients made, S3Settings read) {
    return vertx
        .executeBlocking(() -> made.plain().headBucket(head -> head.bucket(read.bucket())), false)
        .compose(asked -> Future.fromCompletionStage(asked, context))
        .recover(problem -> Future.failedFuture(S3StartProblem.unwrapped(problem)));
  }

  /**
   * Ends the calls that were cut, aborts the uploads they left at the server, then closes the
   * clients.
   */
  @Override
  protected final Future<?> onStop() {
    return release();
  }

  private Future<?> release() {
    if (failures != null) {
      failures.flush();
    }
    S3Clients open = clients;
    if (open == null) {
      return Future.succeededFuture();
    }
    Future<?> ended =
        tracked == null ? Future.succeededFuture() : new UploadAbort(open, tracked, context).end();
    return ended.eventually(() -> close(open));
  }

  private Future<?> close(S3Clients open) {
    HttpClient sender = Objects.requireNonNull(http, "http");
    return vertx.executeBlocking(open::close).eventually(sender::close);
  }
}
