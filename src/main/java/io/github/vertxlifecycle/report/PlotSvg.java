package io.github.vertxlifecycle.report;

import java.math.BigDecimal;
import java.util.List;

/**
 * Plots as one SVG picture, one below the other. It brings its own colours, light and dark, and
 * loads nothing. Each bar says in {@code data-} attributes what it stands for, to the millisecond.
 */
final class PlotSvg {

  private static final int WIDTH = 1100;
  private static final int LETTER = 8;
  private static final int AXIS = 520;
  private static final int ROW = 26;
  private static final int HEAD = 62;
  private static final int GAP = 26;
  private static final int MOST_NAME = 30;

  private static final String STYLE =
      """
      svg{background:#fff;color:#1c2733;font:13px system-ui,sans-serif}
      text{fill:currentColor}.title{font-size:16px;font-weight:600}.note,.tick{fill:#5a6775;font-size:12px}
      .grid{stroke:#dfe4ea}.name{text-anchor:end}.critical .name{font-weight:700}
      .waited{fill:#d5dce4}.started{fill:#2f9e63}.drained{fill:#3b7dd8}.released{fill:#d98a1f}
      .bad .note,.mark{fill:#c2255c}
      @media (prefers-color-scheme:dark){svg{background:#14181d;color:#e4e9ee}.note,.tick{fill:#9aa7b4}
      .grid{stroke:#2c343d}.waited{fill:#39434e}.started{fill:#3fbf7a}.drained{fill:#5b9bf0}
      .released{fill:#eda43c}.bad .note,.mark{fill:#ff6b9a}}
      """;

  private final StringBuilder svg = new StringBuilder();
  private final int left;
  private int y;

  private PlotSvg(List<Plot> plots) {
    int longest =
        plots.stream()
            .flatMap(plot -> plot.rows().stream())
            .mapToInt(row -> Math.min(MOST_NAME, row.name().length()))
            .max()
            .orElse(0);
    left = 40 + Math.max(10, longest) * LETTER;
  }

  static String of(List<Plot> plots) {
    int height = plots.stream().mapToInt(plot -> HEAD + plot.rows().size() * ROW + GAP).sum() + GAP;
    PlotSvg picture = new PlotSvg(plots);
    picture.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\" role=\"img\">"
            .formatted(WIDTH, height, WIDTH, height));
    String titles = String.join(". ", plots.stream().map(Plot::title).toList());
    picture.add("<title>%s</title>".formatted(text(titles)));
    picture.add("<style>%s</style>".formatted(STYLE));
    plots.forEach(picture::plot);
    picture.add("</svg>");
    return picture.svg.toString();
  }

  private void plot(Plot plot) {
    add("<g data-length-ms=\"%s\">".formatted(plot.lengthMs()));
    add("<text class=\"title\" x=\"12\" y=\"%s\">%s</text>".formatted(y + 26, text(plot.title())));
    legend(plot);
    grid(plot);
    y += HEAD;
    plot.rows().forEach(row -> row(plot, row));
    y += GAP;
    add("</g>");
  }

  private void legend(Plot plot) {
    int x = left;
    for (Plot.BarKind kind : plot.kinds()) {
      add(
          "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"12\" height=\"12\"/>"
              .formatted(kind.label, x, y + 38));
      add("<text class=\"note\" x=\"%s\" y=\"%s\">%s</text>".formatted(x + 17, y + 49, kind.label));
      x += 90;
    }
    add("<text class=\"mark\" x=\"%s\" y=\"%s\">◆ critical path</text>".formatted(x, y + 49));
  }

  private void grid(Plot plot) {
    long step = step(plot.lengthMs());
    int bottom = y + HEAD + plot.rows().size() * ROW;
    for (long at = 0; at <= plot.lengthMs(); at += step) {
      String x = scaled(plot, at, left);
      add("<path class=\"grid\" d=\"M%s %sV%s\"/>".formatted(x, y + HEAD - 4, bottom));
      add(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%s\" y=\"%s\">%s</text>"
              .formatted(x, bottom + 14, Plot.ms(at)));
    }
  }

  /** 1, 2 or 5 times a power of ten, so that there are at most six lines. */
  static long step(long length) {
    long step = 1;
    while (length / step > 5) {
      long ten = step * 10;
      step = length / (step * 2) <= 5 ? step * 2 : length / (step * 5) <= 5 ? step * 5 : ten;
    }
    return step;
  }

  private void row(Plot plot, Plot.Row row) {
    add(
        "<g class=\"row%s%s\" data-component=\"%s\">"
            .formatted(
                row.critical() ? " critical" : "", row.bad() ? " bad" : "", text(row.name())));
    add(
        "<text class=\"name\" x=\"%s\" y=\"%s\">%s%s</text>"
            .formatted(left - 10, y + 17, row.critical() ? "◆ " : "", text(shortened(row.name()))));
    for (Plot.Bar bar : row.bars()) {
      add(
          "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"16\" data-from-ms=\"%s\" data-ms=\"%s\"><title>%s %s %s</title></rect>"
              .formatted(
                  bar.kind().label,
                  scaled(plot, bar.fromMs(), left),
                  y + 4,
                  scaled(plot, bar.ms(), 0),
                  bar.fromMs(),
                  bar.ms(),
                  text(row.name()),
                  bar.kind().label,
                  Plot.ms(bar.ms())));
    }
    add(
        "<text class=\"note\" x=\"%s\" y=\"%s\">%s</text>"
            .formatted(left + AXIS + 16, y + 17, text(row.note())));
    add("</g>");
    y += ROW;
  }

  private static String shortened(String name) {
    return name.length() <= MOST_NAME ? name : name.substring(0, MOST_NAME - 1) + "…";
  }

  private static String scaled(Plot plot, long ms, int from) {
    double x = from + (double) ms * AXIS / Math.max(1, plot.lengthMs());
    return BigDecimal.valueOf(Math.round(x * 1000), 3).stripTrailingZeros().toPlainString();
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }

  /** Escapes, and drops what XML cannot hold. */
  static String text(String raw) {
    return raw.replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]|\\p{Cs}", "�")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
