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
 * <p>When the SDK cancels it the connection is reset. But a request that changes something at the
 * server, and that the server may have in full, is left alone until its answer comes: only then is
 * it known what the server has.
 */
final class HttpExchange {

  /** Hears what the answer says. */
  interface Created {
    void says(Buffer content, boolean sdkGaveUp);
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
   * @param changes whether its answer is awaited even if the SDK gives it up
   * @param created hears what the answer says even then, null if that does not matter
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
          if (problem != null) { // most often the SDK's, which cancels it so
            context.runOnContext(w -> fail(problem));
          }
        });
  }

  /** What the SDK waits for, and cancels. */
  CompletableFuture<Void> done() {
    return done;
  }

  /** Completes, never fails, when nothing is under way any more. */
  Future<Void> over() {
    return over.future();
  }

  /** Goes on when there is a connection. */
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

  /** To the SDK, too, if it still wants to know. */
  private void answered(HttpClientResponse answer, Buffer content, Created listener) {
    if (!ended) {
      reading = true;
      handler.onHeaders(head(answer));
      handler.onStream(AsyncRequestBody.fromBytesUnsafe(content.getBytes()));
    }
    listener.says(content, done.isDone());
    end();
    over.tryComplete(); // if the SDK had given it up
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
      reset(sent); // it was answered early; nobody wants the rest
    } else {
      over.tryComplete();
    }
  }

  /** From a broken connection, from either body, or because the SDK cancels. */
  private void fail(Throwable problem) {
    if (ended) {
      return;
    }
    ended = true;
    Throwable told = asIo(problem);
    if (!reading) {
      handler.onError(told);
    }
    done.completeExceptionally(told);
    if (sent == null) {
      over.tryComplete();
    } else if (changes && !reading && body != null && body.isEnding()) {
      HttpClientRequest pending = sent;
      if (created == null) {
        pending.response().onComplete(answer -> reset(pending));
      } else {
        pending.response().onFailure(this::failLate); // its success goes on as ever
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

  /** What the SDK takes for something that another try may mend, unless none can. */
  private static Throwable asIo(Throwable problem) {
    return problem instanceof IOException
            || problem instanceof CancellationException
            || problem instanceof IllegalArgumentException // a header that cannot be sent
        ? problem
        : new IOException(String.valueOf(problem.getMessage()), problem);
  }
}
