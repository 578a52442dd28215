package io.github.vertxlifecycle.rollout;

import io.github.vertxlifecycle.http.DrainSubject;
import java.util.List;

/** On what the service that is restarted is built. */
enum ServiceKind {
  OURS("vertx-lifecycle"),

  /** It has no readiness: a proxy can ask for its work. */
  BARE("bare Vert.x");

  final String title;

  ServiceKind(String title) {
    this.title = title;
  }

  /** Main class and its first arguments: the launcher of Vert.x is told the verticle. */
  List<String> command() {
    String bare = DrainSubject.OnBareVertx.class.getName();
    return this == OURS ? List.of(DrainSubject.Ours.class.getName()) : List.of(bare, bare);
  }
}
