package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Begins to upload 100 MB when it starts; the rest of the bytes comes only once it is stopping. */
public final class UploadApp extends RootVerticle {

  static final String KEY = "100mb";
  static final int SIZE = 100_000_000;

  private static final Logger log = LoggerFactory.getLogger(UploadApp.class);

  /** Made by the launcher. */
  public UploadApp() {}

  @Override
  protected void components(Components app) {
    app.add("s3", S3Verticle::new);
    app.add("uploader", Uploader::new).dependsOn("s3");
  }

  /** Stops at once, whatever its upload does: waiting for uploads is up to component {@code s3}. */
  private static final class Uploader extends LifecycleVerticle {

    private RandomStream tap;

    @Override
    protected Future<?> onStart() {
      S3AsyncClient s3 = use("s3", S3AsyncClient.class);
      tap = new RandomStream(context, SIZE / 2);
      Future.fromCompletionStage(s3.putObject(put -> put.key(KEY), S3Streams.body(tap)))
          .onSuccess(done -> log.info("uploaded {}", tap.sha256()))
          .onFailure(problem -> log.info("not uploaded: {}", problem.getMessage()));
      return Future.succeededFuture();
    }

    /** Gives the rest of the bytes, unless the test wants the upload to be cut. */
    @Override
    protected Future<?> onDrain() {
      if (System.getenv("STALL") == null) {
        tap.endAt(SIZE);
      }
      return Future.succeededFuture();
    }
  }
}
