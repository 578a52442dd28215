package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleListener;
import io.github.vertxlifecycle.vertx.LocalPublish;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;

/** Publishes events on the event bus of this node, to whoever listens there. */
final class EventBusPublisher implements LifecycleListener {

  private final EventBus bus;

  EventBusPublisher(EventBus bus) {
    this.bus = bus;
  }

  @Override
  public void on(LifecycleEvent event) {
    if (!LocalPublish.isUnheard(bus, RootVerticle.EVENTS_ADDRESS)) {
      bus.publish(
          RootVerticle.EVENTS_ADDRESS,
          EventJson.of(event, EventJson.epochMillis(event)),
          new DeliveryOptions().setLocalOnly(true));
    }
  }
}
