package io.github.vertxlifecycle.eventbus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageProducer;

/** A producer whose messages are counted until they are written. */
final class TrackedProducer<T> implements MessageProducer<T> {

  private final MessageProducer<T> delegate;
  private final WriteCompletion writes;

  TrackedProducer(MessageProducer<T> delegate, WriteCompletion writes) {
    this.delegate = delegate;
    this.writes = writes;
  }

  @Override
  public MessageProducer<T> deliveryOptions(DeliveryOptions options) {
    delegate.deliveryOptions(options);
    return this;
  }

  @Override
  public String address() {
    return delegate.address();
  }

  @Override
  public Future<Void> write(T body) {
    Promise<Void> written = Promise.promise();
    writes.count("message to " + address(), () -> delegate.write(body).onComplete(written));
    return written.future();
  }

  @Override
  public Future<Void> close() {
    return delegate.close();
  }
}
