package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.vertx.Clusters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * This component's consumers as the other nodes of a cluster know them.
 *
 * <p>Vert.x's own {@code unregister} forgets the consumer on this node first and tells the cluster
 * afterwards; a request that another node sends meanwhile is dropped without an answer. This does
 * it the other way round: it takes the entries out of the cluster while the consumers still listen.
 *
 * <p>For that it must know which entries they are, and Vert.x does not say. But it numbers the
 * handlers of a node in the order of their registration. So two marks, which nobody else knows, are
 * registered before and after the consumers: their numbers enclose those of the consumers.
 */
final class ClusterRegistrations {

  /** Keeps components of one JVM from registering between each other's marks. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final ClusterManager cluster;

  /** By address, but for those that only this node may send to. */
  private final Map<String, RegistrationInfo> entries;

  private ClusterRegistrations(ClusterManager cluster, Map<String, RegistrationInfo> entries) {
    this.cluster = cluster;
    this.entries = entries;
  }

  /**
   * Registers consumers.
   *
   * @return completes when the cluster knows them all
   */
  static Future<ClusterRegistrations> enter(Vertx vertx, List<Inbox<?>> inboxes) {
    EventBus bus = vertx.eventBus();
    String markAddress = "vertx-lifecycle.mark." + UUID.randomUUID();
    List<Future<?>> registered = new ArrayList<>();
    List<MessageConsumer<?>> marks = new ArrayList<>();
    synchronized (ONE_AT_A_TIME) {
      marks.add(mark(bus, markAddress));
      inboxes.forEach(inbox -> registered.add(inbox.register(bus)));
      marks.add(mark(bus, markAddress));
    }
    marks.forEach(mark -> registered.add(mark.completion()));
    ClusterManager cluster = Clusters.manager(vertx);
    return Future.all(registered)
        .compose(known -> own(cluster, markAddress))
        .compose(numbers -> find(cluster, numbers, inboxes))
        .eventually(() -> Future.join(marks.stream().map(MessageConsumer::unregister).toList()))
        .compose(
            found ->
                found == null
                    ? Future.join(inboxes.stream().map(Inbox::unregister).toList())
                        .compose(gone -> enter(vertx, inboxes))
                    : Future.succeededFuture(new ClusterRegistrations(cluster, found)));
  }

  private static MessageConsumer<?> mark(EventBus bus, String address) {
    return bus.consumer(address, message -> {});
  }

  private static Future<List<RegistrationInfo>> own(ClusterManager cluster, String address) {
    Promise<List<RegistrationInfo>> all = Promise.promise();
    cluster.getRegistrations(address, all);
    return all.future()
        .map(
            list -> list.stream().filter(one -> one.nodeId().equals(cluster.getNodeId())).toList());
  }

  /** Finds the entries; null if somebody has registered between the marks, at the same address. */
  private static Future<Map<String, RegistrationInfo>> find(
      ClusterManager cluster, List<RegistrationInfo> marks, List<Inbox<?>> inboxes) {
    LongSummaryStatistics numbers =
        marks.stream().mapToLong(RegistrationInfo::seq).summaryStatistics();
    if (numbers.getCount() != 2) {
      return Future.failedFuture(
          new VertxException(
              "the cluster does not return what was registered: %s; is the cluster complete?"
                  .formatted(marks),
              true));
    }
    Map<String, RegistrationInfo> found = new HashMap<>();
    List<Future<?>> asked = new ArrayList<>();
    for (Inbox<?> inbox : inboxes) {
      if (!inbox.isLocalOnly()) {
        asked.add(
            own(cluster, inbox.address())
                .onSuccess(
                    all -> {
                      List<RegistrationInfo> candidates =
                          all.stream()
                              .filter(one -> one.seq() > numbers.getMin())
                              .filter(one -> one.seq() < numbers.getMax())
                              .toList();
                      if (candidates.size() == 1) {
                        found.put(inbox.address(), candidates.get(0));
                      }
                    }));
      }
    }
    return Future.all(asked).map(done -> found.size() == asked.size() ? found : null);
  }

  /**
   * Takes the consumers out of what the cluster knows; here they still listen.
   *
   * @return completes when the cluster has noted it; each node learns of it a little later
   */
  Future<?> leave() {
    return forEach(this::remove);
  }

  /**
   * Has the cluster tell every node again: of an entry and, at once, that it is gone.
   *
   * @return completes when the cluster has noted it
   */
  Future<?> leaveAgain() {
    return forEach(
        entry -> {
          Promise<Void> added = Promise.promise();
          cluster.addRegistration(entry.getKey(), entry.getValue(), added);
          return added.future().transform(answer -> remove(entry));
        });
  }

  private Future<Void> remove(Map.Entry<String, RegistrationInfo> entry) {
    Promise<Void> removed = Promise.promise();
    cluster.removeRegistration(entry.getKey(), entry.getValue(), removed);
    return removed.future();
  }

  private Future<?> forEach(Function<Map.Entry<String, RegistrationInfo>, Future<Void>> step) {
    return Future.join(entries.entrySet().stream().map(step).toList());
  }

  /** Whether the cluster knows none of the consumers. */
  Future<Boolean> isGone() {
    List<Future<Boolean>> gone =
        entries.entrySet().stream()
            .map(
                entry ->
                    own(cluster, entry.getKey()).map(known -> !known.contains(entry.getValue())))
            .toList();
    return Future.all(gone).map(all -> gone.stream().allMatch(Future::result));
  }

  /** Whether some other node may not know yet. */
  boolean hasOthers() {
    return !entries.isEmpty() && cluster.getNodes().size() > 1;
  }

  /** Fails if the cluster does not know a consumer any more. */
  Future<?> check() {
    return Future.all(
        entries.entrySet().stream()
            .map(
                entry ->
                    own(cluster, entry.getKey())
                        .map(
                            known -> {
                              if (!known.contains(entry.getValue())) {
                                throw new VertxException(
                                    "the cluster does not know the consumer of " + entry.getKey(),
                                    true);
                              }
                              return known;
                            }))
            .toList());
  }
}
