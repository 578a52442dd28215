package io.github.vertxlifecycle.graph;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Few names in a given order, in a fifth of the memory of a linked hash set. Immutable. */
final class NameSet extends AbstractSet<String> {

  /** To look through so many takes no longer than to look into a table. */
  private static final int FEW = 8;

  private static final NameSet EMPTY = new NameSet();

  private final String[] names;

  private NameSet(String... names) {
    this.names = names;
  }

  /**
   * A copy, unmodifiable.
   *
   * @param names all different
   */
  static Set<String> of(Collection<String> names) {
    if (names.isEmpty()) {
      return EMPTY;
    }
    return names.size() > FEW
        ? Collections.unmodifiableSet(new LinkedHashSet<>(names))
        : new NameSet(names.toArray(String[]::new));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.asList(names).iterator();
  }

  @Override
  public boolean contains(@Nullable Object name) {
    return Arrays.asList(names).contains(name);
  }

  @Override
  public int size() {
    return names.length;
  }
}
