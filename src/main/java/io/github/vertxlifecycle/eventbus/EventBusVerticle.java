package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.FailureLog;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.time.Durations;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.vertx.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Consumers of the event bus as a component. It provides an {@link EventBus} whose requests are
 * work in flight until they are answered; a component that only sends needs no subclass. A request
 * is sent by this component, so that its reply comes also if the asker has been undeployed
 * meanwhile; its body must not be changed afterwards.
 *
 * <p>In flight is each message from the moment it has come, waiting or handled, until its handler's
 * future has completed and the reply is written, and each request sent through {@link #bus()} or
 * through what is provided; in a cluster also what is sent or published there, until it is written:
 * for a publication to the first of the nodes it goes to. No write is awaited longer than 30 s.
 * When it drains, all of it is finished and answered:
 *
 * <ul>
 *   <li>In a cluster the other nodes come first: they are told that there are no such consumers
 *       here any more, while these go on, also with what still comes, from this node too, until
 *       {@code linger} has passed without a message from another node. A node that is alone in its
 *       cluster waits for nobody.
 *   <li>Then, or at once without a cluster, nothing new is taken from this node either; dependents
 *       that declared themselves have stopped before. A sender that sends all the same is answered
 *       {@link ReplyFailure#NO_HANDLERS} at once.
 * </ul>
 *
 * <p>At the drain deadline a message that waits is answered {@code NO_HANDLERS}: it has not been
 * begun, its sender may send it again. One whose handler runs is answered {@link
 * ReplyFailure#TIMEOUT}: what has been done is not known. So nobody runs into a timeout of their
 * own because of a stop. Handlers of one component that send to each other would be refused; make
 * two of them, the sender depending on the receiver.
 *
 * <p>Keys of its section:
 *
 * <ul>
 *   <li>{@code concurrency}, 16 handlers at once, for each consumer that is not ordered and for
 *       each instance
 *   <li>{@code linger}, 1 s; longer than a change in the cluster takes to reach every node, which
 *       is some 20 ms with Hazelcast on an idle network, and less than {@code drainTimeout}, or
 *       every drain would be cut. Where the section has {@code drainTimeout} and no {@code linger},
 *       it is half of that at most
 * </ul>
 */
public class EventBusVerticle extends LifecycleVerticle {

  private static final Logger log = LoggerFactory.getLogger(EventBusVerticle.class);

  /** So many times {@code linger}. */
  private static final long TELL_AGAIN = 3;

  private final List<Inbox<?>> inboxes = new ArrayList<>(); // on the context only
  private int concurrency = 16;
  private Duration linger = Duration.ofSeconds(1);

  private final Promise<Void> silent = Promise.promise();

  /** A false alarm of JDK 25's javac: the superclass is complete, and its method is final. */
  @SuppressWarnings("this-escape")
  private final WriteCompletion writes = new WriteCompletion(admission());

  private @Nullable ClusterRegistrations registrations;
  private @Nullable FailureLog failures;

  /** Makes the component; its section tells the rest. */
  public EventBusVerticle() {}

  /**
   * Acquires what the consumers need, on the verticle's context, once per instance. Dependencies
   * run; no message has come.
   *
   * @return completes when {@link #consumers} may be called
   * @throws Exception fails the start
   */
  protected Future<?> prepare() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Declares the consumers. Called on the verticle's context, once per instance, when {@link
   * #prepare()} has completed.
   *
   * @param consumers takes the declarations
   * @throws Exception fails the start
   */
  protected void consumers(Consumers consumers) throws Exception {}

  /**
   * Gives back what {@link #prepare()} acquired. The last message has been handled, unless it was
   * cut, and none comes any more. Called once if {@code prepare} succeeded, also after a start that
   * failed later.
   *
   * @return completes when all is given back
   * @throws Exception fails this component's stop
   */
  protected Future<?> cleanUp() throws Exception {
    return Future.succeededFuture();
  }

  /**
   * Reads the subclass's own keys of the section, after {@code concurrency} and {@code linger}.
   *
   * @param section this component's part of the configuration
   */
  protected void configureMore(Section section) {}

  /**
   * Reads {@code concurrency} and {@code linger}; a subclass fills in {@link #configureMore} for
   * its own keys.
   */
  @Override
  protected final void configure(Section section) {
    configureConsumers(section);
    configureMore(section);
  }

  private void configureConsumers(Section section) {
    concurrency = section.integer("concurrency", concurrency, 1, 100_000);
    linger = section.duration("linger", linger);
    Duration drain = drainTimeout(section);
    if (drain == null || linger.compareTo(drain) < 0) {
      return;
    }
    if (section.has("linger")) {
      section.problem(
          "linger",
          "must be less than drainTimeout, which is %s: each drain in a cluster would be cut"
              .formatted(Durations.format(drain)));
    } else {
      linger = drain.dividedBy(2);
    }
  }

  /** Read by the component already, which has reported its problems. */
  private static @Nullable Duration drainTimeout(Section section) {
    String text = section.string("drainTimeout");
    try {
      return text == null ? null : Durations.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * The event bus for this component's own handlers: a request is work in flight, and is sent also
   * while this component drains. Its body must not be changed afterwards.
   *
   * @return the bus
   */
  protected final EventBus bus() {
    return new TrackedEventBus(vertx, context, admission()::count, writes);
  }

  /** Registers the consumers; a subclass fills in {@link #prepare}. */
  @Override
  protected final Future<?> onStart() {
    return step("prepare", this::prepare)
        .compose(
            prepared ->
                step("consumers", this::begin)
                    .recover(
                        problem ->
                            endConsumers().transform(ended -> Future.failedFuture(problem))));
  }

  private Future<?> begin() throws Exception {
    failures = new FailureLog(log, name(), SystemClock.instance());
    Consumers consumers = new Consumers();
    consumers(consumers);
    consumers.declared().forEach(one -> inboxes.add(inbox(one)));
    warnOfOrder(consumers);
    provide(EventBus.class, new TrackedEventBus(vertx, context, admission()::admit, writes));
    return vertx.isClustered() ? enter() : register();
  }

  private FailureLog failures() {
    return Objects.requireNonNull(failures, "failures");
  }

  private void warnOfOrder(Consumers consumers) {
    int instances = context.getInstanceCount();
    for (Consumers.Declared<?> one : consumers.declared()) {
      if (one.ordered() && instances > 1) {
        log.warn(
            "{}: what is sent to {} is in order only within each of {} instances;"
                + " set instances = 1 for one order",
            name(),
            one.options().getAddress(),
            instances);
      }
    }
  }

  private <T> Inbox<T> inbox(Consumers.Declared<T> declared) {
    return new Inbox<>(name(), context, work(), writes, failures(), declared, concurrency);
  }

  private Future<?> register() {
    return Future.all(inboxes.stream().map(inbox -> inbox.register(vertx.eventBus())).toList());
  }

  private Future<?> enter() {
    return ClusterRegistrations.enter(vertx, inboxes)
        .onSuccess(
            entered -> {
              registrations = entered;
              health("registered in the cluster", entered::check);
            });
  }

  /** Leaves the cluster's registrations and waits for what still comes. */
  @Override
  protected final Future<?> onDrain() {
    return (registrations == null ? Future.succeededFuture() : leave(registrations))
        .onComplete(left -> inboxes.forEach(Inbox::closeToThisNode));
  }

  /** Listens no longer for messages that may still be on their way. */
  @Override
  protected final void onDrainAbandoned() {
    silent.tryComplete();
  }

  private Future<?> leave(ClusterRegistrations cluster) {
    told(cluster.leave())
        .onComplete(
            left -> {
              if (cluster.hasOthers()) {
                listen(cluster, System.nanoTime());
              } else {
                silent.tryComplete();
              }
            });
    return silent.future();
  }

  /** Goes on whatever the cluster said. */
  private Future<?> told(Future<?> cluster) {
    return onContext(
        cluster.onFailure(
            problem -> failures().failed(Level.WARN, "telling the cluster", problem)));
  }

  /**
   * Completes when other nodes have sent nothing for a while, and the cluster does not know the
   * consumers any more. Else it is told again: while nodes come and go a change can be lost, and
   * with Hazelcast an entry that was removed be there again.
   */
  private void listen(ClusterRegistrations cluster, long told) {
    if (silent.future().isComplete()) {
      return;
    }
    long now = System.nanoTime();
    long quiet = now - told;
    for (Inbox<?> inbox : inboxes) {
      quiet = Math.min(quiet, now - inbox.lastFromElsewhere());
    }
    Duration left = linger.minusNanos(quiet);
    if (left.isNegative() || left.isZero()) {
      onContext(cluster.isGone())
          .onComplete(
              gone -> {
                if (gone.failed() || gone.result()) {
                  silent.tryComplete();
                } else {
                  tellAgain(cluster);
                }
              });
    } else if (now - told > TELL_AGAIN * linger.toNanos()) {
      tellAgain(cluster);
    } else {
      vertx.setTimer(left.toMillis() + 1, id -> listen(cluster, told));
    }
  }

  private void tellAgain(ClusterRegistrations cluster) {
    log.info("{}: the cluster still knows its consumers, and is told again", name());
    told(cluster.leaveAgain()).onComplete(again -> listen(cluster, System.nanoTime()));
  }

  private <T> Future<T> onContext(Future<T> elsewhere) {
    Promise<T> here = Contexts.promise(context);
    elsewhere.onComplete(here);
    return here.future();
  }

  /** Ends the consumers; a subclass fills in {@link #cleanUp}. */
  @Override
  protected final Future<?> onStop() {
    return endConsumers();
  }

  /** Ends the consumers and gives back what they needed; idempotent but for {@link #cleanUp}. */
  Future<?> endConsumers() {
    Future<?> closed = Future.join(inboxes.stream().map(Inbox::end).toList());
    return closed
        .onComplete(ended -> failures().flush())
        .transform(ended -> Future.join(closed, step("cleanUp", this::cleanUp)));
  }
}
