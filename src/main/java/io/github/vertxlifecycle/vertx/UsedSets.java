package io.github.vertxlifecycle.vertx;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells an empty concurrent set in which there was never anything from one in which there was.
 *
 * <p>Such a set makes its table for the first element and keeps it, and only a table can be split.
 * Where that is not so, on another Java, every set counts as used.
 */
final class UsedSets {

  private static final Class<?> TYPE = ConcurrentHashMap.newKeySet().getClass();
  private static final boolean KNOWN = isTold();

  private UsedSets() {}

  private static boolean isTold() {
    Set<String> used = ConcurrentHashMap.newKeySet();
    used.add("");
    used.remove("");
    return used.spliterator().trySplit() != null;
  }

  /**
   * Whether there was never anything in a set.
   *
   * @param set any set
   * @return false if there was, and if that cannot be known
   */
  static boolean isAsNew(Set<?> set) {
    return KNOWN && set.getClass() == TYPE && set.spliterator().trySplit() == null;
  }
}
