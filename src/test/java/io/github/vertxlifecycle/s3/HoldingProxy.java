package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands before the server, and holds back the rest of a connection after a request that contains a
 * certain text: the server has that request, and its answer does not come.
 */
final class HoldingProxy implements AutoCloseable {

  /** Small buffers, so that the operating system takes little of the bytes that are held back. */
  private static final NetServerOptions OPTIONS =
      new NetServerOptions().setReceiveBufferSize(64 * 1024);

  private final Vertx vertx = Vertx.vertx();
  private final NetClient client = vertx.createNetClient();
  private final NetServer listener;
  private final URI target;
  private final String text;
  private final Promise<Void> held = Promise.promise();
  private final List<Runnable> toRelease = new ArrayList<>(); // guarded by this
  private boolean released; // guarded by this

  /**
   * Starts the proxy.
   *
   * @param target the server
   * @param text part of the requests to hold
   */
  HoldingProxy(URI target, String text) {
    this.target = target;
    this.text = text;
    listener =
        Await.success(
            vertx.createNetServer(OPTIONS).connectHandler(this::connected).listen(0, "127.0.0.1"));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.actualPort());
  }

  /** Waits until the proxy holds something back. */
  void awaitHeld() {
    Await.success(held.future());
  }

  private void connected(NetSocket from) {
    from.pause();
    client
        .connect(target.getPort(), target.getHost())
        .onSuccess(to -> join(from, to))
        .onFailure(problem -> from.close());
  }

  private void join(NetSocket from, NetSocket to) {
    from.handler(
        bytes -> {
          to.write(bytes);
          if (bytes.toString(StandardCharsets.ISO_8859_1).contains(text) && hold(from, to)) {
            from.pause();
            to.pause();
            held.tryComplete();
          }
        });
    to.handler((Buffer bytes) -> from.write(bytes));
    from.closeHandler(v -> to.close());
    to.closeHandler(v -> from.close());
    from.exceptionHandler(problem -> {});
    to.exceptionHandler(problem -> {});
    from.resume();
  }

  private synchronized boolean hold(NetSocket from, NetSocket to) {
    if (released) {
      return false;
    }
    var context = vertx.getOrCreateContext();
    toRelease.add(
        () ->
            context.runOnContext(
                v -> {
                  from.resume();
                  to.resume();
                }));
    return true;
  }

  /** Lets everything through, and from now on holds nothing. */
  synchronized void release() {
    released = true;
    toRelease.forEach(Runnable::run);
    toRelease.clear();
  }

  @Override
  public void close() {
    Await.success(vertx.close());
  }
}
