package io.github.vertxlifecycle.s3;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A reader that does not read a body to its end. */
final class PartialReader implements Subscriber<ByteBuffer> {

  private final boolean gives;
  private final Promise<Void> ended = Promise.promise();

  private PartialReader(boolean gives) {
    this.gives = gives;
  }

  static PartialReader up() {
    return new PartialReader(true);
  }

  static PartialReader waiting() {
    return new PartialReader(false);
  }

  Future<Void> ended() {
    return ended.future();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (gives) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(ByteBuffer bytes) {}

  @Override
  public void onError(Throwable problem) {
    ended.tryFail(problem);
  }

  @Override
  public void onComplete() {
    ended.tryComplete();
  }
}
