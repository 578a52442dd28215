package io.github.vertxlifecycle.http;

import io.vertx.core.Context;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is to be said to those who would stay for ever, when they cannot. Each farewell is said at
 * most once, on the context it was added on. Thread-safe.
 */
final class Farewells {

  /** One farewell; two with the same words are two. */
  private static final class Farewell {
    private final Context context;
    private final Runnable words;

    Farewell(Context context, Runnable words) {
      this.context = context;
      this.words = words;
    }
  }

  private final Set<Farewell> unsaid = ConcurrentHashMap.newKeySet();
  private volatile boolean time;

  /**
   * Adds a farewell; it is said at once if it is time already.
   *
   * @param context where to say it
   * @param words says it
   * @return takes it back
   */
  Runnable add(Context context, Runnable words) {
    Farewell farewell = new Farewell(context, words);
    unsaid.add(farewell);
    if (time) {
      say(farewell);
    }
    return () -> unsaid.remove(farewell);
  }

  /** It is time. */
  void sayAll() {
    time = true;
    unsaid.forEach(this::say);
  }

  private void say(Farewell farewell) {
    if (unsaid.remove(farewell)) {
      farewell.context.runOnContext(v -> farewell.words.run());
    }
  }
}
