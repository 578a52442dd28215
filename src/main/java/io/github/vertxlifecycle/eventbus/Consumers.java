package io.github.vertxlifecycle.eventbus;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Takes the declarations of an {@link EventBusVerticle}'s consumers.
 *
 * <p>A handler answers with a future: the message is in flight until it completes. If the sender
 * waits for a reply and the handler has not replied itself, the result of the future is the reply,
 * and a failure is passed on; a result therefore needs a codec, as any body does, and null has one.
 * Handlers run on the context of their component.
 */
public final class Consumers {

  /** One declaration. */
  record Declared<T>(
      MessageConsumerOptions options, boolean ordered, Function<Message<T>, Future<?>> handler) {}

  private final List<Declared<?>> declared = new ArrayList<>();

  Consumers() {}

  /**
   * Handles the messages of an address one after the other, in the order in which they come: the
   * next begins when the future of the one before has completed. That holds within one instance:
   * what is sent, not published, goes to the instances and the nodes in turn, which know nothing of
   * each other. A component with several instances warns of it.
   *
   * @param address where messages are sent
   * @param handler handles one
   * @param <T> the type of the bodies
   * @return this
   */
  public <T> Consumers ordered(String address, Function<Message<T>, Future<?>> handler) {
    return ordered(options(address), handler);
  }

  /**
   * Handles messages one after the other, within one instance.
   *
   * @param options the address; whether only this node may send there; how many messages may wait
   * @param handler handles one
   * @param <T> the type of the bodies
   * @return this
   */
  public <T> Consumers ordered(
      MessageConsumerOptions options, Function<Message<T>, Future<?>> handler) {
    return add(new Declared<>(options, true, handler));
  }

  /**
   * Handles up to {@code concurrency} messages of an address at once; that is a key of the
   * component's section.
   *
   * @param address where messages are sent
   * @param handler handles one
   * @param <T> the type of the bodies
   * @return this
   */
  public <T> Consumers concurrent(String address, Function<Message<T>, Future<?>> handler) {
    return concurrent(options(address), handler);
  }

  /**
   * Handles up to {@code concurrency} messages at once.
   *
   * @param options the address; whether only this node may send there; how many messages may wait
   * @param handler handles one
   * @param <T> the type of the bodies
   * @return this
   */
  public <T> Consumers concurrent(
      MessageConsumerOptions options, Function<Message<T>, Future<?>> handler) {
    return add(new Declared<>(options, false, handler));
  }

  private static MessageConsumerOptions options(String address) {
    return new MessageConsumerOptions().setAddress(address);
  }

  private Consumers add(Declared<?> one) {
    String address = one.options().getAddress();
    if (address == null || address.isBlank()) {
      throw new IllegalArgumentException("a consumer needs an address");
    }
    if (declared.stream().anyMatch(other -> address.equals(other.options().getAddress()))) {
      throw new IllegalArgumentException(
          "two consumers of \"%s\" in one component; declare one, or another component"
              .formatted(address));
    }
    declared.add(one);
    return this;
  }

  List<Declared<?>> declared() {
    return declared;
  }
}
