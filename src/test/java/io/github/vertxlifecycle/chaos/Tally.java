package io.github.vertxlifecycle.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The clients' own count of their requests to one server, with the local port of each request that
 * was not answered: the server's report names cut requests by the same port. Thread-safe.
 */
final class Tally {

  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<Integer> unanswered = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> strange = new ConcurrentLinkedQueue<>();
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

  /** Counts a request; one of the other three must follow. */
  void sent(int port) {
    ports.add(port);
    sent.incrementAndGet();
  }

  void completed() {
    completed.incrementAndGet();
  }

  /** Counts a refusal: 503 (not now) or 408 (the request took too long). */
  void refused(int status) {
    refused.incrementAndGet();
    if (status != 503 && status != 408) {
      strange.add(status);
    }
  }

  /** Statuses of refusals other than 503 and 408. */
  Collection<Integer> strange() {
    return strange;
  }

  void unanswered(int port) {
    unanswered.add(port);
  }

  /** Whether a request ever came from this port. */
  boolean knows(int port) {
    return ports.contains(port);
  }

  /**
   * The sums, once all clients have left.
   *
   * @param cut the clients' ports that the report of the stop names
   */
  Sums sums(Collection<Integer> cut) {
    List<Integer> named = new ArrayList<>(cut);
    int overtaken = 0;
    int unknown = 0;
    for (Integer port : unanswered) {
      if (named.remove(port)) {
        overtaken++;
      } else {
        unknown++;
      }
    }
    return new Sums(sent.get(), completed.get(), refused.get(), overtaken, unknown);
  }
}
