package io.github.vertxlifecycle.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open streams of one HTTP/2 connection, for threads that may not look at Netty's own map. The
 * event loop alone writes, without a fence; any thread may read.
 */
final class OpenStreams {

  private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(OpenStream[].class);

  /** Written only when it grows. */
  private volatile @Nullable OpenStream[] all = new OpenStream[2];

  /** For the event loop alone: where to look for a free place first. */
  private int next;

  /** On the event loop. */
  void add(OpenStream stream) {
    stream.place = freePlace(all);
    PLACES.setRelease(all, stream.place, stream);
  }

  private int freePlace(@Nullable OpenStream[] now) {
    for (int i = 0; i < now.length; i++) {
      int place = next++ & (now.length - 1);
      if (now[place] == null) {
        return place;
      }
    }
    all = Arrays.copyOf(now, 2 * now.length);
    next = now.length + 1;
    return now.length;
  }

  /** On the event loop. */
  void remove(OpenStream stream) {
    PLACES.setRelease(all, stream.place, null);
  }

  /** On any thread. */
  void forEach(Consumer<OpenStream> visitor) {
    @Nullable OpenStream[] seen = all;
    for (int i = 0; i < seen.length; i++) {
      OpenStream stream = (OpenStream) PLACES.getAcquire(seen, i);
      if (stream != null) {
        visitor.accept(stream);
      }
    }
  }
}
