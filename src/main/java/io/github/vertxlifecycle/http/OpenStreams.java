package io.github.vertxlifecycle.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of one HTTP/2 connection, for threads that may not look at Netty's own map. The
 * event loop alone writes, without a fence; any thread may read.
 */
final class OpenStreams {

  private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(OpenStream[].class);
  private static final VarHandle ALL;

  static {
    try {
      ALL = MethodHandles.lookup().findVarHandle(OpenStreams.class, "all", OpenStream[].class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private @Nullable OpenStream[] all = new OpenStream[2];

  /** For the event loop alone: where to look for a free place first. */
  private int next;

  /** On the event loop. */
  void add(OpenStream stream) {
    stream.place = freePlace();
    PLACES.setRelease(all, stream.place, stream);
  }

  private int freePlace() {
    for (int i = 0; i < all.length; i++) {
      int place = next++ & (all.length - 1);
      if (all[place] == null) {
        return place;
      }
    }
    int free = all.length;
    @Nullable OpenStream[] larger = new OpenStream[2 * all.length];
    System.arraycopy(all, 0, larger, 0, all.length);
    ALL.setRelease(this, larger);
    next = free + 1;
    return free;
  }

  /** On the event loop. */
  void remove(OpenStream stream) {
    PLACES.setRelease(all, stream.place, null);
  }

  /** On any thread. */
  void forEach(Consumer<OpenStream> visitor) {
    OpenStream[] seen = (OpenStream[]) ALL.getAcquire(this);
    for (int i = 0; i < seen.length; i++) {
      OpenStream stream = (OpenStream) PLACES.getAcquire(seen, i);
      if (stream != null) {
        visitor.accept(stream);
      }
    }
  }
}
