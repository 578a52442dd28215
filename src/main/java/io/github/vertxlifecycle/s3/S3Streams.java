package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;

/**
 * Vert.x's streams as what the S3 client sends and receives, with back-pressure: it reads no faster
 * than the other side takes. For {@code putObject} and {@code getObject} of the client that an
 * {@link S3Verticle} provides. To be called on the Vert.x context of the stream.
 *
 * <pre>{@code
 * S3AsyncClient s3 = use("s3", S3AsyncClient.class);
 * Future.fromCompletionStage(
 *     s3.putObject(put -> put.key("upload"), S3Streams.body(request)), context);
 * Future.fromCompletionStage(
 *     s3.getObject(get -> get.key("upload"), S3Streams.into(response.setChunked(true))), context);
 * }</pre>
 */
public final class S3Streams {

  private S3Streams() {}

  /**
   * What a stream says, to its end, as the content of an object; nobody needs to know how long it
   * is. The stream is paused until the upload begins, and left paused when that fails. A request
   * whose client goes, or has gone already, fails the upload.
   *
   * @param stream a request, a file, …; nobody has read from it yet
   * @return a body that can be sent once
   * @throws IllegalStateException if the caller is not on a Vert.x context
   */
  public static AsyncRequestBody body(ReadStream<Buffer> stream) {
    return new ReadStreamBody(stream, context());
  }

  /**
   * Bytes as the content of an object.
   *
   * @param bytes the bytes
   * @return a body that can be sent any number of times
   */
  public static AsyncRequestBody body(Buffer bytes) {
    return AsyncRequestBody.fromBytesUnsafe(bytes.getBytes());
  }

  /**
   * Writes an object's content to a stream and then ends the stream. It succeeds when all has been
   * written. It fails if either side fails; the stream is not ended then, for its reader would take
   * a part for the whole. A second try is made only while nothing has been written.
   *
   * @param stream a response, a file, …
   * @param <R> the answer's type
   * @return what {@code getObject} takes; its result is the answer's head
   * @throws IllegalStateException if the caller is not on a Vert.x context
   */
  public static <R> AsyncResponseTransformer<R, R> into(WriteStream<Buffer> stream) {
    return new IntoWriteStream<>(stream, context());
  }

  private static Context context() {
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("call it on the Vert.x context of the stream");
    }
    return context;
  }
}
