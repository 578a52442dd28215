package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.vertx.Contexts;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
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

/**
 * The event bus that others see: a request is counted until its reply has come, and what is sent or
 * published until it is written, in a cluster to the first of the nodes that a publication goes to.
 *
 * <p>A message that is sent or published has no future that could report a refusal, so it is never
 * refused.
 *
 * <p>Vert.x forgets who waits for a reply when the verticle that asked is undeployed. So requests
 * are sent by the component that owns this, whoever asks, and answered where they were asked.
 */
final class TrackedEventBus implements EventBus {

  /** Counts a request, or refuses it. */
  interface Way {
    <T> Future<T> ask(Object name, Supplier<Future<T>> begin);
  }

  private final Vertx vertx;
  private final Context owner;
  private final EventBus delegate;
  private final Way way;
  private final WriteCompletion writes;

  TrackedEventBus(Vertx vertx, Context owner, Way way, WriteCompletion writes) {
    this.vertx = vertx;
    this.owner = owner;
    this.delegate = vertx.eventBus();
    this.way = way;
    this.writes = writes;
  }

  @Override
  public <T> Future<Message<T>> request(
      String address, @Nullable Object message, DeliveryOptions options) {
    Promise<Message<T>> reply = Contexts.promise(vertx.getOrCreateContext());
    return way.ask(
        "request to " + address,
        () -> {
          owner.runOnContext(v -> send(address, message, options, reply));
          return reply.future();
        });
  }

  private <T> void send(
      String address,
      @Nullable Object message,
      DeliveryOptions options,
      Promise<Message<T>> reply) {
    try {
      delegate.<T>request(address, message, options).onComplete(reply);
    } catch (RuntimeException e) { // no codec
      reply.fail(e);
    }
  }

  @Override
  public EventBus send(String address, @Nullable Object message) {
    return send(address, message, new DeliveryOptions());
  }

  @Override
  public EventBus send(String address, @Nullable Object message, DeliveryOptions options) {
    writes.count("message to " + address, () -> delegate.sender(address, options).write(message));
    return this;
  }

  @Override
  public EventBus publish(String address, @Nullable Object message) {
    return publish(address, message, new DeliveryOptions());
  }

  @Override
  public EventBus publish(String address, @Nullable Object message, DeliveryOptions options) {
    writes.count(
        "message to " + address, () -> delegate.publisher(address, options).write(message));
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
    return sender(address, new DeliveryOptions());
  }

  @Override
  public <T> MessageProducer<T> sender(String address, DeliveryOptions options) {
    return new TrackedProducer<>(delegate.sender(address, options), writes);
  }

  @Override
  public <T> MessageProducer<T> publisher(String address) {
    return publisher(address, new DeliveryOptions());
  }

  @Override
  public <T> MessageProducer<T> publisher(String address, DeliveryOptions options) {
    return new TrackedProducer<>(delegate.publisher(address, options), writes);
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
