package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.eventbus.Consumers;
import io.github.vertxlifecycle.eventbus.EventBusVerticle;
import io.github.vertxlifecycle.stores.Await;
import io.github.vertxlifecycle.stores.TestApp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An event, and a consumer that stops. */
final class LinkEventsTest {

  /** As many tries, with their pauses, take longer than a stopping node lingers. */
  private static final int TRIES_WITHOUT_A_CONSUMER = 6;

  private static final class Consumes extends EventBusVerticle {
    private final Promise<Object> came;

    Consumes(Promise<Object> came) {
      this.came = came;
    }

    @Override
    protected void consumers(Consumers consumers) {
      consumers.concurrent(
          LinkEvents.CREATED,
          message -> {
            came.complete(message.body());
            return Promise.promise().future(); // is cut
          });
    }
  }

  @Test
  void comesAgainWhenItsConsumerWasCutAndNoneIsThereForAWhile() {
    Promise<Object> came = Promise.promise();
    try (TestApp app =
        new TestApp(components -> components.add("events", () -> new Consumes(came)))) {
      Await.success(
          app.start(new JsonObject().put("events", new JsonObject().put("drainTimeout", "1ms"))));
      Future<?> sent =
          new LinkEvents(app.vertx(), app.vertx().eventBus())
              .created("abc", new Target("https://example.com/"));
      Object event = Await.success(came.future());
      Queue<Object> heard = new ConcurrentLinkedQueue<>();
      AtomicInteger tries = new AtomicInteger();
      app.vertx()
          .eventBus()
          .addOutboundInterceptor(
              delivery -> {
                if (delivery.message().address().equals(LinkEvents.CREATED)
                    && tries.incrementAndGet() == TRIES_WITHOUT_A_CONSUMER) {
                  app.vertx()
                      .eventBus()
                      .consumer(
                          LinkEvents.CREATED,
                          message -> {
                            heard.add(message.body());
                            message.reply(null);
                          });
                }
                delivery.next();
              });

      Await.success(app.stop());
      Await.success(sent);

      assertThat(app.stopped("events").outcome()).isEqualTo(Outcome.CUT);
      assertThat(tries).hasValueGreaterThanOrEqualTo(TRIES_WITHOUT_A_CONSUMER);
      assertThat(heard).containsExactly(event);
    }
  }
}
