package io.github.vertxlifecycle.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Pairs of turns: what ours and the other side did one after the other, so that other load of the
 * machine falls on both. Figures are medians over the turns.
 *
 * @param <T> what is known of a turn
 */
final class Comparison<T> {

  private final List<T> ours = new ArrayList<>();
  private final List<T> theirs = new ArrayList<>();

  /** Takes a turn of one side. */
  interface Side<T> {
    T turn() throws Exception;
  }

  /** Adds pairs of turns; the sides take it in turn to be first. */
  void add(int turns, Side<T> our, Side<T> their) throws Exception {
    for (int turn = 0; turn < turns; turn++) {
      if (turn % 2 == 0) {
        ours.add(our.turn());
        theirs.add(their.turn());
      } else {
        theirs.add(their.turn());
        ours.add(our.turn());
      }
    }
  }

  double ours(ToDoubleFunction<T> figure) {
    return Figures.median(ours.stream().mapToDouble(figure).toArray());
  }

  double theirs(ToDoubleFunction<T> figure) {
    return Figures.median(theirs.stream().mapToDouble(figure).toArray());
  }

  /** Ours by theirs, of each pair. */
  double[] ratios(ToDoubleFunction<T> figure) {
    return pairs(figure, (our, their) -> our / their);
  }

  /** Ours less theirs, of each pair. */
  double[] differences(ToDoubleFunction<T> figure) {
    return pairs(figure, (our, their) -> our - their);
  }

  private double[] pairs(ToDoubleFunction<T> figure, DoubleBinaryOperator operator) {
    double[] values = new double[ours.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          operator.applyAsDouble(
              figure.applyAsDouble(ours.get(i)), figure.applyAsDouble(theirs.get(i)));
    }
    return values;
  }
}
