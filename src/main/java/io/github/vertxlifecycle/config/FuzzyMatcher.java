package io.github.vertxlifecycle.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses which of the known words somebody meant. */
final class FuzzyMatcher {

  private static final int FARTHEST = 2;

  private FuzzyMatcher() {}

  /**
   * The known word that is nearest.
   *
   * @param word what was written
   * @param known what could have been
   * @return a word at most two changes away (V. Levenshtein, 1965) and no more than half of the
   *     letters, or null
   */
  static @Nullable String closest(String word, Collection<String> known) {
    String lower = word.toLowerCase(Locale.ROOT);
    int farthest = Math.min(FARTHEST, lower.length() / 2);
    return known.stream()
        .filter(one -> distance(lower, one.toLowerCase(Locale.ROOT)) <= farthest)
        .min(Comparator.comparingInt(one -> distance(lower, one.toLowerCase(Locale.ROOT))))
        .orElse(null);
  }

  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
