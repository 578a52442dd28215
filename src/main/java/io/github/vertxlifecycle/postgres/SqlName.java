package io.github.vertxlifecycle.postgres;

import java.util.regex.Pattern;

/**
 * The name of a statement in lists of work in flight: the beginning of its text on one line, with
 * quoted literals left out and without parameters. An object is made for every statement, its text
 * only when such a list is made.
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
