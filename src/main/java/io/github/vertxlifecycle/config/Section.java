package io.github.vertxlifecycle.config;

import io.github.vertxlifecycle.time.Durations;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One section of the configuration, or all of it, read key by key.
 *
 * <p>A value that is wrong becomes a {@link Problem} with its path, and its default is returned, so
 * that reading goes on and all problems are found: a section and all sections within it gather them
 * in one list. Strings that hold numbers and booleans count as such, because values from
 * environment variables are strings. Keys nobody asked for are problems too, see {@link
 * #rejectOthers()}. Not thread-safe.
 */
public final class Section {

  private final String path;
  private final JsonObject json;
  private final Problems problems;

  /** The keys that somebody asked for; {@link #observed()} may be asked on any thread. */
  private final Set<String> known;

  private boolean wasRead;

  private Section(String path, @Nullable JsonObject json, Problems problems, Set<String> known) {
    this.path = path;
    this.json = json == null ? new JsonObject() : json;
    this.problems = problems;
    this.known = new ConcurrentSkipListSet<>(known);
  }

  /**
   * The whole configuration, with no problems yet.
   *
   * @param config its sections
   * @return the section around them, whose own path is empty
   */
  public static Section root(JsonObject config) {
    return of("", config);
  }

  /**
   * A section that stands alone, with no problems yet.
   *
   * @param path its name, for messages
   * @param json its keys and values, null for none
   * @return the section
   */
  public static Section of(String path, @Nullable JsonObject json) {
    return new Section(path, json, new Problems(), Set.of());
  }

  /**
   * The path of a key.
   *
   * @param key the key
   * @return for example {@code http.port}
   */
  public String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /**
   * Tells a problem with the value of a key that has the right type but makes no sense.
   *
   * @param key the key
   * @param message what is wrong, and how to fix it
   */
  public void problem(String key, String message) {
    problems.add(new Problem(path(key), message));
  }

  /**
   * The problems found so far: in this section, in those within it and in those around it.
   *
   * @return the problems, a copy
   */
  public List<Problem> problems() {
    return problems.list();
  }

  /**
   * Throws the problems, if there are any.
   *
   * @throws ConfigurationException listing all of {@link #problems()}
   */
  public void throwProblems() {
    List<Problem> all = problems();
    if (!all.isEmpty()) {
      throw new ConfigurationException(all);
    }
  }

  /**
   * Whether a key is there.
   *
   * @param key the key
   * @return true if it has a value other than null
   */
  public boolean has(String key) {
    asked(key);
    return json.getValue(key) != null;
  }

  /**
   * Reads a string.
   *
   * @param key the key
   * @return the string, or null if there is none
   */
  public @Nullable String string(String key) {
    return read(
        key,
        value -> {
          if (value instanceof CharSequence
              || value instanceof Number
              || value instanceof Boolean) {
            return value.toString();
          }
          throw wrong("must be a string, not " + kind(value));
        });
  }

  /**
   * Reads a string.
   *
   * @param key the key
   * @param byDefault for when there is none
   * @return the string
   */
  public String string(String key, String byDefault) {
    String value = string(key);
    return value == null ? byDefault : value;
  }

  /**
   * Reads a whole number.
   *
   * @param key the key
   * @param byDefault for when there is none
   * @param least the smallest that makes sense
   * @param most the largest that makes sense
   * @return the number
   */
  public int integer(String key, int byDefault, int least, int most) {
    Integer number =
        read(
            key,
            value -> {
              String text = value.toString();
              if (!(value instanceof Number || value instanceof CharSequence)
                  || !text.matches("-?[0-9]{1,18}")) {
                throw wrong("must be a whole number, not " + kind(value));
              }
              long whole = Long.parseLong(text);
              if (whole < least || whole > most) {
                throw wrong("must be from %s to %s, not %s".formatted(least, most, whole));
              }
              return (int) whole;
            });
    return number == null ? byDefault : number;
  }

  /**
   * Reads a yes or no.
   *
   * @param key the key
   * @param byDefault for when there is none
   * @return the value
   */
  public boolean bool(String key, boolean byDefault) {
    Boolean truth =
        read(
            key,
            value ->
                switch (value.toString()) {
                  case "true" -> Boolean.TRUE;
                  case "false" -> Boolean.FALSE;
                  default -> throw wrong("must be true or false, not " + kind(value));
                });
    return truth == null ? byDefault : truth;
  }

  /**
   * Reads a duration: a number of milliseconds, or a number with a unit.
   *
   * @param key the key
   * @return the duration, or null if there is none
   */
  public @Nullable Duration duration(String key) {
    return read(
        key,
        value -> {
          if (!(value instanceof Number || value instanceof CharSequence)) {
            throw wrong("must be a duration such as 25s, not " + kind(value));
          }
          return Durations.parse(value);
        });
  }

  /**
   * Reads a duration: a number of milliseconds, or a number with a unit.
   *
   * @param key the key
   * @param byDefault for when there is none
   * @return the duration
   */
  public Duration duration(String key, Duration byDefault) {
    Duration value = duration(key);
    return value == null ? byDefault : value;
  }

  /**
   * Reads a list of strings.
   *
   * @param key the key
   * @return the strings, none if there is no such key
   */
  public List<String> strings(String key) {
    List<String> list =
        read(
            key,
            value -> {
              if (!(value instanceof JsonArray array)) {
                throw wrong("must be a list of strings, not " + kind(value));
              }
              List<String> strings = new ArrayList<>();
              for (Object one : array) {
                if (!(one instanceof CharSequence)) {
                  throw wrong("must hold strings only, not " + kind(one));
                }
                strings.add(one.toString());
              }
              return strings;
            });
    return list == null ? List.of() : list;
  }

  /**
   * Reads a section within this one.
   *
   * @param key the key
   * @return the section, empty if there is no such key
   */
  public Section section(String key) {
    return new Section(path(key), object(key), problems, Set.of());
  }

  /**
   * Reads a section within this one.
   *
   * @param key the key
   * @param defaults keys and values that hold where the section does not say otherwise
   * @return the section with its defaults; the defaults alone if there is no such key
   */
  public Section section(String key, JsonObject defaults) {
    JsonObject merged = defaults.copy();
    JsonObject said = object(key);
    if (said != null) {
      merged.mergeIn(said.copy(), true);
    }
    return new Section(path(key), merged, problems, Set.of());
  }

  private @Nullable JsonObject object(String key) {
    return read(
        key,
        value -> {
          if (value instanceof JsonObject object) {
            return object;
          }
          throw wrong("must be a section { … }, not " + kind(value));
        });
  }

  /**
   * The same section for another reader, who shares its keys with those who read before.
   *
   * @return knows the keys that were asked for so far, but has not been read itself
   */
  public Section forNextReader() {
    return new Section(path, json, problems, known);
  }

  /**
   * Whether anybody asked for a key, be it there or not.
   *
   * @return true after the first question to this object
   */
  public boolean wasRead() {
    return wasRead;
  }

  /**
   * Everything in this section.
   *
   * @return keys and values, a copy
   */
  public JsonObject toJson() {
    return json.copy();
  }

  /**
   * Everything in this section, for a reader who does not ask this object. A key that he asks for
   * counts as read here, whenever he does; to look at all of them is to ask for all.
   *
   * @return keys and values, a copy
   */
  public JsonObject observed() {
    return new JsonObject(new ObservedMap(json.copy().getMap(), known::add));
  }

  /**
   * Says that somebody reads a key in a way that this object does not see.
   *
   * @param key the key, be it there or not
   */
  public void isRead(String key) {
    known.add(key);
  }

  /**
   * The names of this section's keys.
   *
   * @return all that have a value
   */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    for (Map.Entry<String, Object> entry : json) {
      if (entry.getValue() != null) {
        keys.add(entry.getKey());
      }
    }
    return keys;
  }

  /** Makes a problem of every key that was not asked for. */
  public void rejectOthers() {
    unread("unknown key").forEach(problems::add);
  }

  /**
   * The keys that nobody asked for.
   *
   * @param message what to say of each, before the nearest key that somebody did ask for
   * @return a problem for each, which are not among {@link #problems()}
   */
  public List<Problem> unread(String message) {
    List<Problem> unread = new ArrayList<>();
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        unread.add(new Problem(path(key), message + hint(key)));
      }
    }
    return unread;
  }

  /** What a key that is not known may have been meant to be. */
  private String hint(String key) {
    int dot = key.indexOf('.');
    if (dot > 0 && known.contains(key.substring(0, dot))) {
      return "; a key in quotation marks is one name with its dots: did you mean %s { %s = … }?"
          .formatted(key.substring(0, dot), key.substring(dot + 1));
    }
    String meant = FuzzyMatcher.closest(key, known);
    return meant == null
        ? "; known here are " + String.join(", ", known)
        : "; did you mean " + meant + "?";
  }

  /**
   * The keys that nobody asked for, but are nearly one that somebody did: slips, where other keys
   * are free.
   *
   * @param message what to say of each, before "did you mean"
   * @return the suspects, which are not problems
   */
  public List<Problem> nearMisses(String message) {
    List<Problem> suspects = new ArrayList<>();
    for (String key : json.fieldNames()) {
      String meant = known.contains(key) ? null : FuzzyMatcher.closest(key, known);
      if (meant != null) {
        suspects.add(new Problem(path(key), message + "; did you mean " + meant + "?"));
      }
    }
    return suspects;
  }

  private void asked(String key) {
    known.add(key);
    wasRead = true;
  }

  private <T> @Nullable T read(String key, Function<Object, @Nullable T> parse) {
    asked(key);
    Object value = json.getValue(key);
    if (value == null) {
      return null;
    }
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      problem(key, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }

  /** Says what a value is. A secret is read as a string, and no scalar is wrong as one. */
  private static String kind(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof JsonObject) {
      return "a section { … }";
    }
    if (value instanceof JsonArray) {
      return "a list";
    }
    return value instanceof CharSequence
        ? "the string \"" + shortened(value.toString()) + '"'
        : "the " + (value instanceof Boolean ? "boolean " : "number ") + value;
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
