package io.github.vertxlifecycle.http;

import io.netty.handler.codec.http.HttpRequest;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one HTTP/1.x connection that are under way, in the order of their arrival, which
 * is that of their answers:
 *
 * <pre>
 *   │ answered, and not known to be sent │ being answered, or waiting │
 *   sent                                 ended                        begun
 * </pre>
 *
 * <p>The connection's event loop alone writes; everything is in fields that no other thread writes,
 * so that a request allocates nothing here and costs no fence. Other threads may look at any time,
 * {@link #visit}: each place is released after the time that belongs to it, and looked at before
 * and after that, and no request is in two places, so what they see of one request belongs
 * together.
 */
final class RequestQueue {

  /** Hears of requests. */
  @FunctionalInterface
  interface RequestVisitor {
    void visit(HttpRequest request, long since);
  }

  /** What becomes of a request that is handed over. */
  @FunctionalInterface
  interface Exchange {
    @Nullable Object exchange(HttpRequest request, long since);
  }

  private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle TIMES = MethodHandles.arrayElementVarHandle(long[].class);

  /** Places for a power of two of requests; more when more have been sent at once. */
  private static final class Ring {
    private final @Nullable Object[] places;
    private final long[] times;

    Ring(int size) {
      places = new Object[size];
      times = new long[size];
    }

    int at(long number) {
      return (int) number & (places.length - 1);
    }

    void put(long number, @Nullable Object what, long since) {
      TIMES.setRelease(times, at(number), since);
      PLACES.setRelease(places, at(number), what);
    }

    @Nullable Object get(long number) {
      return places[at(number)];
    }
  }

  /** Written only when it grows. */
  private volatile Ring ring = new Ring(1);

  // Numbers of requests, from 0, for the event loop alone.
  private long sent;
  private long ended;
  private long begun;

  // ── on the event loop ──────────────────────────────────────────────────────────────────────────

  /**
   * A request has come.
   *
   * @param what the request itself, or what it was made when it was counted
   * @param since when it came
   */
  void begin(Object what, long since) {
    if (begun - sent == ring.places.length) {
      hasUnsent(); // which forgets what was taken
    }
    if (begun - sent == ring.places.length) {
      grow();
    }
    ring.put(begun++, what, since);
  }

  private void grow() {
    Ring larger = new Ring(2 * ring.places.length);
    for (long number = sent; number < begun; number++) {
      larger.put(number, ring.get(number), ring.times[ring.at(number)]);
    }
    ring = larger;
  }

  /** How many wait for the end of their answer. */
  int underWay() {
    return (int) (begun - ended);
  }

  /** The request that is being answered, or comes next; null for none. */
  @Nullable Object first() {
    return ended == begun ? null : ring.get(ended);
  }

  /** The last part of an answer is being written. It stays here until it is known to be sent. */
  void end() {
    ended++;
  }

  /** Takes the request that comes next; null for none. */
  @Nullable Object take() {
    if (ended == begun) {
      return null;
    }
    Object taken = ring.get(ended);
    if (sent == ended) {
      sent++;
    }
    forget(ended++);
    return taken;
  }

  /** Whether answers are not known to be sent; those that were taken are not among them. */
  boolean hasUnsent() {
    while (sent < ended && ring.get(sent) == null) {
      sent++; // it was taken
    }
    return sent < ended;
  }

  /** Takes the oldest request whose answer was not known to be sent; null for none. */
  @Nullable Object takeSent() {
    if (!hasUnsent()) {
      return null;
    }
    Object taken = ring.get(sent);
    forget(sent++);
    return taken;
  }

  /** How many requests have had the last part of their answers written, ever. */
  long ended() {
    return ended;
  }

  /** Whether the answers of so many requests are known to be sent, or their requests were taken. */
  boolean hasSent(long number) {
    return !hasUnsent() || sent >= number;
  }

  private void forget(long number) {
    PLACES.setRelease(ring.places, ring.at(number), null);
  }

  /** Exchanges each request for what it is counted as; one for which there is null stays. */
  void exchange(Exchange each) {
    for (long number = sent; number < begun; number++) {
      if (ring.get(number) instanceof HttpRequest request) {
        Object other = each.exchange(request, ring.times[ring.at(number)]);
        if (other != null) {
          PLACES.setRelease(ring.places, ring.at(number), other);
        }
      }
    }
  }

  // ── on any thread ──────────────────────────────────────────────────────────────────────────────

  /** Shows the requests that were not exchanged. */
  void visit(RequestVisitor visitor) {
    Ring seen = ring;
    for (int i = 0; i < seen.places.length; i++) {
      Object what = PLACES.getAcquire(seen.places, i);
      long since = (long) TIMES.getAcquire(seen.times, i);
      if (what instanceof HttpRequest request && PLACES.getAcquire(seen.places, i) == what) {
        visitor.visit(request, since);
      }
    }
  }
}
