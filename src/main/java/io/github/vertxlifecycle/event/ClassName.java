package io.github.vertxlifecycle.event;

/** The names of classes, for a log or a report. */
public final class ClassName {

  private ClassName() {}

  /**
   * What a reader knows a class by.
   *
   * @param type any class
   * @return its simple name; of an anonymous class, which has none, the name without its package,
   *     and of a hidden one, a lambda say, the name without the address, which says nothing
   */
  public static String of(Class<?> type) {
    String simple = type.getSimpleName();
    String full = type.getName();
    String name = simple.isEmpty() ? full.substring(full.lastIndexOf('.') + 1) : simple;
    int address = name.indexOf('/');
    return address < 0 ? name : name.substring(0, address);
  }
}
