package io.github.vertxlifecycle.management;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The subscribers to server-sent events: each gets the complete picture when something happens, and
 * once a second while anybody watches, because work in flight makes no events. One who reads slowly
 * misses pictures, not the last one. Event loop only, but for {@link #changed()} and {@link
 * #end()}.
 */
final class EventSubscribers {

  private static final int MOST = 32;
  private static final long EVERY_MS = 1_000;
  private static final long TOGETHER_MS = 30;

  private final Context loop;
  private final LifecycleJson json;
  private final Set<HttpServerResponse> watching = new LinkedHashSet<>();
  private final AtomicBoolean toTell = new AtomicBoolean();
  private long ticking = -1;

  EventSubscribers(Context loop, LifecycleJson json) {
    this.loop = loop;
    this.json = json;
  }

  void add(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (watching.size() >= MOST) {
      ManagementServer.text(response.setStatusCode(503), "Enough are watching.\n");
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream").setChunked(true);
    response.putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
    response.closeHandler(v -> remove(response));
    response.exceptionHandler(problem -> remove(response));
    response.write("retry: 1000\n");
    response.write(frame(json.now()));
    watching.add(response);
    if (ticking < 0) {
      ticking = loop.owner().setPeriodic(EVERY_MS, id -> tell());
    }
  }

  private void remove(HttpServerResponse response) {
    watching.remove(response);
    if (watching.isEmpty()) {
      loop.owner().cancelTimer(ticking);
      ticking = -1;
    }
  }

  /** Something has happened. Any thread; never waits. */
  void changed() {
    if (toTell.compareAndSet(false, true)) {
      loop.runOnContext(v -> loop.owner().setTimer(TOGETHER_MS, id -> tellOfChange()));
    }
  }

  private void tellOfChange() {
    toTell.set(false);
    tell();
  }

  private void tell() {
    if (!watching.isEmpty()) {
      String frame = frame(json.now());
      for (HttpServerResponse one : List.copyOf(watching)) {
        if (!one.writeQueueFull()) {
          one.write(frame);
        }
      }
    }
  }

  /** Sends the last picture to all and says goodbye. Any thread. */
  Future<?> end() {
    Future<Void> onLoop = Future.future(promise -> loop.runOnContext(v -> promise.complete()));
    return onLoop.compose(
        v -> {
          if (watching.isEmpty()) {
            return Future.succeededFuture();
          }
          String frame = frame(json.now().put("last", true));
          List<Future<Void>> ends = new ArrayList<>();
          for (HttpServerResponse one : List.copyOf(watching)) {
            remove(one);
            ends.add(one.end(frame));
          }
          return Future.join(ends);
        });
  }

  private static String frame(JsonObject picture) {
    return "data: " + picture.encode() + "\n\n";
  }
}
