package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;

/**
 * Vert.x's streams as bodies that the S3 client sends and receives, with back-pressure: each side
 * reads no faster than the other takes. For {@code putObject} and {@code getObject} of the client
 * that an {@link S3Verticle} provides. To be called on the Vert.x context of the stream.
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
   * The bytes of a stream, to its end, as the content of an object; the length need not be known.
   * The stream is paused until the upload begins, and stays paused if the upload fails. A server's
   * request whose client goes, or has gone already, fails the upload.
   *
   * @param stream a request, a file, …, from which nothing has been read yet
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
   * Writes an object's content to a stream and then ends the stream. The download succeeds when all
   * has been written. It fails if either side fails; the stream is not ended in that case, because
   * its reader would take a part for the complete object. A second try is made only while nothing
   * has been written.
   *
   * @param stream a response, a file, …
   * @param <R> the answer's type
   * @return a transformer for {@code getObject}, whose result is the answer's head
   * @throws IllegalStateException if the caller is not on a Vert.x context
   */
  public static <R> AsyncResponseTransformer<R, R> into(WriteStream<Buffer> stream) {
    return new IntoWriteStream<>(stream, context());
  }

  private static Context context() {
    Context context = Vertx.currentContext();
    if (context == null) {
      throw new IllegalStateException("call S3Streams on the Vert.x context of the stream");
    }
    return context;
  }
}
