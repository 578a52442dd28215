package io.github.vertxlifecycle.report;

/** A plot for a terminal, 100 columns wide. */
final class PlotText {

  private static final int WIDTH = 100;
  private static final int MOST_NAME = 28;

  private final boolean coloured;
  private final int nameWidth;
  private final int barWidth;
  private final Plot plot;

  PlotText(Plot plot, boolean coloured) {
    this.plot = plot;
    this.coloured = coloured;
    int longest = plot.rows().stream().mapToInt(row -> row.name().length()).max().orElse(0);
    this.nameWidth = Math.min(MOST_NAME, longest);
    this.barWidth = WIDTH - nameWidth - 8 - 11;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Plot.Row row : plot.rows()) {
      long own = 0;
      for (Plot.Bar bar : row.bars()) {
        own += bar.kind() == Plot.BarKind.WAITED ? 0 : bar.ms();
      }
      text.append(
          "  %s %s |%s| %9s\n"
              .formatted(
                  row.critical() ? painted("◆", "35") : " ",
                  painted("%-" + nameWidth + "s", row.bad() ? "31" : "").formatted(name(row)),
                  bars(row),
                  Plot.ms(own)));
    }
    text.append("    ");
    for (Plot.BarKind kind : plot.kinds()) {
      text.append(painted(String.valueOf(kind.mark), kind.ansi))
          .append(' ')
          .append(kind.label)
          .append("  ");
    }
    return text.append(painted("◆", "35")).append(" critical path\n").toString();
  }

  private String name(Plot.Row row) {
    String name = row.name();
    return name.length() <= nameWidth ? name : name.substring(0, nameWidth - 1) + "…";
  }

  /** Each column shows what went on in the middle of its stretch of time; no bar vanishes. */
  private String bars(Plot.Row row) {
    Plot.BarKind[] columns = new Plot.BarKind[barWidth];
    double perColumn = Math.max(1, plot.lengthMs()) / (double) barWidth;
    for (Plot.Bar bar : row.bars()) {
      int from = (int) Math.min(barWidth - 1, Math.round(bar.fromMs() / perColumn));
      int to = (int) Math.min(barWidth, Math.round((bar.fromMs() + bar.ms()) / perColumn));
      boolean shows = bar.ms() > 0 && bar.kind() != Plot.BarKind.WAITED;
      for (int i = from; i < Math.max(to, shows ? from + 1 : from); i++) {
        columns[i] = bar.kind();
      }
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < barWidth) {
      Plot.BarKind kind = columns[i];
      StringBuilder run = new StringBuilder();
      while (i < barWidth && columns[i] == kind) {
        run.append(kind == null ? ' ' : kind.mark);
        i++;
      }
      text.append(painted(run.toString(), kind == null ? "" : kind.ansi));
    }
    return text.toString();
  }

  private String painted(String text, String ansi) {
    return coloured && !ansi.isEmpty() ? "\u001b[" + ansi + "m" + text + "\u001b[0m" : text;
  }
}
