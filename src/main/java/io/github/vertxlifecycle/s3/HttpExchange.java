package io.github.vertxlifecycle.s3;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;

/**
 * One request and its answer, between the SDK and Vert.x. Runs on one context.
 *
 * <p>When the SDK cancels the exchange, the connection is reset. But a request that changes
 * something at the server, and that the server may have received in full, is left alone until its
 * answer comes: only the answer says what the server keeps.
 */
final class HttpExchange {

  /** Receives the answer to a request that makes something at the server. */
  interface Created {
    void answered(Buffer content, boolean sdkGaveUp);
  }

  private final AsyncExecuteRequest request;
  private final SdkAsyncHttpResponseHandler handler;
  private final Context context;
  private final boolean changes;
  private final @Nullable Created created;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Promise<Void> over = Promise.promise();

  // context only
  private @Nullable HttpClientRequest sent;
  private @Nullable StreamWriter body;
  private boolean reading;
  private boolean ended;

  /**
   * Makes one.
   *
   * @param request from the SDK
   * @param context where it runs
   * @param changes whether the answer is awaited even if the SDK gives the request up
   * @param created receives the answer even then, null if the answer does not matter
   */
  HttpExchange(
      AsyncExecuteRequest request, Context context, boolean changes, @Nullable Created created) {
    this.created = created;
    this.changes = changes;
    this.request = request;
    this.handler = request.responseHandler();
    this.context = context;
    CompletionStage<Void> asItEnds = done;
    asItEnds.whenComplete(
        (v, problem) -> {
          if (problem != null) { // most often from the SDK, which cancels in this way
            context.runOnContext(w -> fail(problem));
          }
        });
  }

  /** The future that the SDK waits for, and cancels. */
  CompletableFuture<Void> done() {
    return done;
  }

  /** Completes, never fails, when nothing is under way any more. */
  Future<Void> over() {
    return over.future();
  }

  /** Sends the request when there is a connection. */
  void begin(Future<HttpClientRequest> connected) {
    connected.onSuccess(this::send).onFailure(this::fail);
  }

  private void send(HttpClientRequest on) {
    sent = on;
    on.exceptionHandler(problem -> {}); // its response fails, too
    if (ended) {
      reset(on);
      return;
    }
    try {
      feed(on);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void feed(HttpClientRequest on) {
    on.response().onSuccess(this::answered).onFailure(this::fail);
    request
        .requestContentPublisher()
        .contentLength()
        .ifPresentOrElse(
            length -> {
              if (length > 0 && !on.headers().contains("Content-Length")) {
                on.putHeader("Content-Length", Long.toString(length));
              }
            },
            () -> {
              if (!on.headers().contains("Content-Length")) {
                on.setChunked(true);
              }
            });
    StreamWriter writer = new StreamWriter(on, context);
    body = writer;
    writer.ended().onFailure(this::sendFailed);
    request.requestContentPublisher().subscribe(writer);
  }

  /** A server may answer before it has read everything, and close; then the answer counts. */
  private void sendFailed(Throwable problem) {
    if (!reading) {
      fail(problem);
    }
  }

  private void answered(HttpClientResponse answer) {
    if (created != null) {
      answer.body().onSuccess(all -> answered(answer, all, created)).onFailure(this::failLate);
    } else if (!ended) {
      reading = true;
      handler.onHeaders(head(answer));
      StreamPublisher content = new StreamPublisher(answer, context, HttpExchange::asIo);
      content.over().onSuccess(all -> end()).onFailure(this::fail);
      handler.onStream(content);
    }
  }

  /** Passes an answer on to the listener, and to the SDK unless that has given the request up. */
  private void answered(HttpClientResponse answer, Buffer content, Created listener) {
    if (!ended) {
      reading = true;
      handler.onHeaders(head(answer));
      handler.onStream(AsyncRequestBody.fromBytesUnsafe(content.getBytes()));
    }
    listener.answered(content, done.isDone());
    end();
    over.tryComplete(); // if the SDK had given the request up
  }

  private static SdkHttpResponse head(HttpClientResponse answer) {
    SdkHttpResponse.Builder head =
        SdkHttpResponse.builder()
            .statusCode(answer.statusCode())
            .statusText(answer.statusMessage());
    answer.headers().forEach(head::appendHeader);
    return head.build();
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    done.complete(null);
    if (sent != null && (body == null || !body.isEnding())) {
      reset(sent); // answered early; the rest of the body is of no use
    } else {
      over.tryComplete();
    }
  }

  /** Ends the exchange because the connection or a body failed, or because the SDK cancels. */
  private void fail(Throwable problem) {
    if (ended) {
      return;
    }
    ended = true;
    Throwable cause = asIo(problem);
    if (!reading) {
      handler.onError(cause);
    }
    done.completeExceptionally(cause);
    if (sent == null) {
      over.tryComplete();
    } else if (changes && !reading && body != null && body.isEnding()) {
      HttpClientRequest pending = sent;
      if (created == null) {
        pending.response().onComplete(answer -> reset(pending));
      } else {
        pending.response().onFailure(this::failLate); // its success is handled as ever
      }
    } else {
      reset(sent);
    }
  }

  private void failLate(Throwable problem) {
    fail(problem);
    over.tryComplete();
  }

  private void reset(HttpClientRequest on) {
    on.reset().onComplete(gone -> over.tryComplete());
  }

  /**
   * Wraps a problem in an exception that makes the SDK try again, unless no further try can help.
   */
  private static Throwable asIo(Throwable problem) {
    return problem instanceof IOException
            || problem instanceof CancellationException
            || problem instanceof IllegalArgumentException // a header that cannot be sent
        ? problem
        : new IOException(String.valueOf(problem.getMessage()), problem);
  }
}
