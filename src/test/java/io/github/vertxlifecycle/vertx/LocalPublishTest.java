package io.github.vertxlifecycle.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LocalPublishTest {

  private final Vertx vertx = Vertx.vertx();
  private final EventBus bus = vertx.eventBus();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void isHeardWhileThereIsAConsumer() throws Exception {
    assertThat(LocalPublish.isUnheard(bus, "events")).isTrue();
    MessageConsumer<Object> consumer = bus.consumer("events", message -> {});
    assertThat(LocalPublish.isUnheard(bus, "events")).isFalse();
    assertThat(LocalPublish.isUnheard(bus, "others")).isTrue();
    consumer.unregister().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(LocalPublish.isUnheard(bus, "events")).isTrue();
  }

  @Test
  void isHeardByAnInterceptor() {
    Handler<DeliveryContext<Object>> interceptor = DeliveryContext::next;
    bus.addOutboundInterceptor(interceptor);
    assertThat(LocalPublish.isUnheard(bus, "events")).isFalse();
    bus.removeOutboundInterceptor(interceptor);
    assertThat(LocalPublish.isUnheard(bus, "events")).isTrue();
  }
}
