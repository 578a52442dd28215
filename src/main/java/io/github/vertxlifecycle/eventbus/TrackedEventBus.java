package io.github.vertxlifecycle.eventbus;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.MessageProducer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The event bus that others see: a request is counted until its reply has come. */
final class TrackedEventBus implements EventBus {

  /** Counts a request, or refuses it. */
  interface Way {
    <T> Future<T> ask(Object name, Supplier<Future<T>> begin);
  }

  private final EventBus delegate;
  private final Way way;

  TrackedEventBus(EventBus delegate, Way way) {
    this.delegate = delegate;
    this.way = way;
  }

  @Override
  public <T> Future<Message<T>> request(
      String address, @Nullable Object message, DeliveryOptions options) {
    return way.ask("request to " + address, () -> delegate.request(address, message, options));
  }

  @Override
  public EventBus send(String address, @Nullable Object message) {
    delegate.send(address, message);
    return this;
  }

  @Override
  public EventBus send(String address, @Nullable Object message, DeliveryOptions options) {
    delegate.send(address, message, options);
    return this;
  }

  @Override
  public EventBus publish(String address, @Nullable Object message) {
    delegate.publish(address, message);
    return this;
  }

  @Override
  public EventBus publish(String address, @Nullable Object message, DeliveryOptions options) {
    delegate.publish(address, message, options);
    return this;
  }

  @Override
  public <T> MessageConsumer<T> consumer(MessageConsumerOptions options) {
    return delegate.consumer(options);
  }

  @Override
  public <T> MessageConsumer<T> consumer(
      MessageConsumerOptions options, Handler<Message<T>> handler) {
    return delegate.consumer(options, handler);
  }

  @Override
  public <T> MessageConsumer<T> consumer(String address) {
    return delegate.consumer(address);
  }

  @Override
  public <T> MessageConsumer<T> consumer(String address, Handler<Message<T>> handler) {
    return delegate.consumer(address, handler);
  }

  @Override
  public <T> MessageConsumer<T> localConsumer(String address) {
    return delegate.localConsumer(address);
  }

  @Override
  public <T> MessageConsumer<T> localConsumer(String address, Handler<Message<T>> handler) {
    return delegate.localConsumer(address, handler);
  }

  @Override
  public <T> MessageProducer<T> sender(String address) {
    return delegate.sender(address);
  }

  @Override
  public <T> MessageProducer<T> sender(String address, DeliveryOptions options) {
    return delegate.sender(address, options);
  }

  @Override
  public <T> MessageProducer<T> publisher(String address) {
    return delegate.publisher(address);
  }

  @Override
  public <T> MessageProducer<T> publisher(String address, DeliveryOptions options) {
    return delegate.publisher(address, options);
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public EventBus registerCodec(MessageCodec codec) {
    delegate.registerCodec(codec);
    return this;
  }

  @Override
  public EventBus unregisterCodec(String name) {
    delegate.unregisterCodec(name);
    return this;
  }

  @Override
  public <T> EventBus registerDefaultCodec(Class<T> type, MessageCodec<T, ?> codec) {
    delegate.registerDefaultCodec(type, codec);
    return this;
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface has it
  public EventBus unregisterDefaultCodec(Class type) {
    delegate.unregisterDefaultCodec(type);
    return this;
  }

  @Override
  public EventBus codecSelector(Function<Object, String> selector) {
    delegate.codecSelector(selector);
    return this;
  }

  @Override
  public <T> EventBus addOutboundInterceptor(Handler<DeliveryContext<T>> interceptor) {
    delegate.addOutboundInterceptor(interceptor);
    return this;
  }

  @Override
  public <T> EventBus removeOutboundInterceptor(Handler<DeliveryContext<T>> interceptor) {
    delegate.removeOutboundInterceptor(interceptor);
    return this;
  }

  @Override
  public <T> EventBus addInboundInterceptor(Handler<DeliveryContext<T>> interceptor) {
    delegate.addInboundInterceptor(interceptor);
    return this;
  }

  @Override
  public <T> EventBus removeInboundInterceptor(Handler<DeliveryContext<T>> interceptor) {
    delegate.removeInboundInterceptor(interceptor);
    return this;
  }

  @Override
  public EventBus clusterSerializableChecker(Function<String, Boolean> predicate) {
    delegate.clusterSerializableChecker(predicate);
    return this;
  }

  @Override
  public EventBus serializableChecker(Function<String, Boolean> predicate) {
    delegate.serializableChecker(predicate);
    return this;
  }

  @Override
  public boolean isMetricsEnabled() {
    return delegate.isMetricsEnabled();
  }
}
