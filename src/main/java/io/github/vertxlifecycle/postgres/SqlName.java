package io.github.vertxlifecycle.postgres;

import java.util.regex.Pattern;

/**
 * A statement's name for the reader of a report: the beginning of its text on one line, with quoted
 * literals left out. Parameters are no part of it. Made for every statement, spelled out only when
 * somebody looks.
 *
 * @param sql the statement
 */
record SqlName(String sql) {

  private static final int LONGEST = 60;
  private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'?");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  @Override
  public String toString() {
    String text = SPACE.matcher(LITERAL.matcher(sql).replaceAll("'…'").strip()).replaceAll(" ");
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
