package io.github.vertxlifecycle.report;

import io.github.vertxlifecycle.time.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bars on a time axis, a row per component, as SVG or as text: what {@code systemd-analyze plot} is
 * to a boot.
 *
 * @param title what it shows, one line
 * @param lengthMs how long it took
 * @param rows first to last
 */
record Plot(String title, long lengthMs, List<Row> rows) {

  Plot {
    rows = List.copyOf(rows);
  }

  /** The step that a bar stands for; its name is its class in the SVG. */
  enum BarKind {
    WAITED("waited", '·', ""),
    STARTED("started", '█', "32"),
    DRAINED("drained", '▒', "34"),
    RELEASED("released", '█', "33");

    final String label;
    final char mark;
    final String ansi;

    BarKind(String label, char mark, String ansi) {
      this.label = label;
      this.mark = mark;
      this.ansi = ansi;
    }
  }

  /** A stretch of time. */
  record Bar(BarKind kind, long fromMs, long ms) {}

  /**
   * One component.
   *
   * @param name its name
   * @param critical whether the stop took that long because of it
   * @param bars in order of time
   * @param note what to say of it
   * @param bad whether it ended badly
   */
  record Row(String name, boolean critical, List<Bar> bars, String note, boolean bad) {
    Row {
      bars = List.copyOf(bars);
    }
  }

  /** The kinds that occur. */
  List<BarKind> kinds() {
    List<BarKind> kinds = new ArrayList<>();
    for (BarKind kind : BarKind.values()) {
      if (rows.stream().anyMatch(row -> row.bars().stream().anyMatch(b -> b.kind() == kind))) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  static String ms(long millis) {
    return Durations.format(Duration.ofMillis(millis));
  }
}
