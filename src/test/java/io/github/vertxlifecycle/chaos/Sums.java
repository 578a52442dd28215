package io.github.vertxlifecycle.chaos;

/**
 * How the clients' requests ended: each that was sent in exactly one of the other four ways.
 *
 * @param sent written completely, or refused before that
 * @param completed answered as asked
 * @param refused answered with a refusal
 * @param cut not answered; the report of the stop names it
 * @param unknown not answered, for a reason that is not known
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

  /** Whether every request was counted exactly once. */
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
