package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** A Vert.x stream as the body of an upload. It can be read once, and its length is unknown. */
final class ReadStreamBody implements AsyncRequestBody {

  private final StreamPublisher content;

  ReadStreamBody(ReadStream<Buffer> stream, Context context) {
    content = new StreamPublisher(stream, context, problem -> problem);
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.empty();
  }

  @Override
  public String body() {
    return BodyType.PUBLISHER.getName();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> reader) {
    content.subscribe(reader);
  }
}
