package io.github.vertxlifecycle.junit5;

/**
 * A call of a fake that was not answered when the fake's component had stopped: work that nobody
 * waited for. Seen where the fake was given to {@link LifecycleExtension#providing} for an
 * interface, and the method returns a future.
 *
 * @param component whose fake it is
 * @param call the name of the method
 * @param user the component that called; empty for a thread of no component
 */
public record UnfinishedCall(String component, String call, String user) {

  /** What is wrong. */
  String text() {
    return "%s had called %s of \"%s\", which was not finished when \"%s\" had stopped"
        .formatted(named(user), call, component, component);
  }

  /** A component for people, or who it is that is none. */
  static String named(String user) {
    return user.isEmpty() ? "a thread of no component" : '"' + user + '"';
  }

  /**
   * What to do.
   *
   * @param ordered whether the user has stopped first, because it depends on the component
   */
  String advice(boolean ordered) {
    return ordered || user.isEmpty()
        ? "track(…) its future%s, or answer when it is done"
            .formatted(user.isEmpty() ? "" : " in \"" + user + '"')
        : "declare .dependsOn(\"%s\") on \"%s\"".formatted(component, user);
  }
}
