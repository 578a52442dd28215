package io.github.vertxlifecycle.chaos;

/**
 * What came of what clients asked. Each request that was sent ends in exactly one of the other
 * four.
 *
 * @param sent written as a whole, or refused before that
 * @param completed answered as asked
 * @param refused answered that it cannot be done now
 * @param cut not answered; the report of the stop names it
 * @param unknown not answered, and nobody says why
 */
record Sums(int sent, int completed, int refused, int cut, int unknown) {

  static final Sums NONE = new Sums(0, 0, 0, 0, 0);

  Sums plus(Sums other) {
    return new Sums(
        sent + other.sent,
        completed + other.completed,
        refused + other.refused,
        cut + other.cut,
        unknown + other.unknown);
  }

  /** Whether nothing was counted twice or not at all. */
  boolean agree() {
    return sent == completed + refused + cut + unknown;
  }

  boolean isLossless() {
    return sent == completed;
  }

  /** The table's columns. */
  String columns() {
    return "%d | %d | %d | %d | %d".formatted(sent, completed, refused, cut, unknown);
  }

  @Override
  public String toString() {
    return "%d sent = %d completed + %d refused + %d cut + %d unknown"
        .formatted(sent, completed, refused, cut, unknown);
  }
}
