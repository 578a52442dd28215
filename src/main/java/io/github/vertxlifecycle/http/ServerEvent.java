package io.github.vertxlifecycle.http;

import org.jspecify.annotations.Nullable;

/**
 * One event of an {@link EventStream}.
 *
 * @param id what a client that comes back says it has seen last; null for none
 * @param name the type of the event; null for {@code message}
 * @param data any text, of one line or more
 */
public record ServerEvent(@Nullable String id, @Nullable String name, String data) {

  /**
   * Refuses what would break the stream.
   *
   * @param id one line or null
   * @param name one line or null
   * @param data any text
   */
  public ServerEvent {
    if (isBroken(id) || isBroken(name)) {
      throw new IllegalArgumentException("an event's id and name are one line each");
    }
  }

  private static boolean isBroken(@Nullable String line) {
    return line != null && line.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0);
  }

  /**
   * As it goes over the wire (HTML standard, section 9.2.5).
   *
   * @return lines, the last one empty
   */
  String encoded() {
    StringBuilder text = new StringBuilder(data.length() + 32);
    if (id != null) {
      text.append("id: ").append(id).append('\n');
    }
    if (name != null) {
      text.append("event: ").append(name).append('\n');
    }
    for (String line : data.split("\r\n|\r|\n", -1)) {
      text.append("data: ").append(line).append('\n');
    }
    return text.append('\n').toString();
  }
}
