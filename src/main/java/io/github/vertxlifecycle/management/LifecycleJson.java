package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.github.vertxlifecycle.work.WorkInFlight;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The picture of a lifecycle as JSON. Timestamps are milliseconds since the start began; a
 * timestamp that has not come is left out.
 */
final class LifecycleJson {

  /** Units of work listed per component, the oldest. */
  private static final int MOST_WORK = 50;

  private final LifecycleView view;
  private final JsonObject layout;

  LifecycleJson(LifecycleView view) {
    this.view = view;
    this.layout = json(Layout.of(view.graph()));
  }

  JsonObject now() {
    Snapshot now = view.now();
    Long began = now.began();
    long origin = began == null ? now.at() : began;
    JsonObject json =
        new JsonObject()
            .put("application", view.application())
            .put("phase", now.phase().name())
            .put("epochMs", System.currentTimeMillis())
            .put("atMs", ms(now.at() - origin));
    put(json, "startedMs", now.started(), origin);
    put(json, "stopBeganMs", now.stopBegan(), origin);
    put(json, "announceEndedMs", now.announceEnded(), origin);
    put(json, "stoppedMs", now.stopped(), origin);
    put(json, "leftMs", now.left());
    if (now.reason() != null) {
      json.put("reason", Redacted.text(now.reason().detail()));
      json.put("reasonKind", now.reason().kind().name());
    }
    if (now.phase() == LifecyclePhase.STOPPED) {
      json.put("outcome", worst(now.components()).name());
    }
    JsonArray components = new JsonArray();
    now.components().forEach(one -> components.add(json(one, origin)));
    return json.put("components", components).put("layout", layout);
  }

  private static Outcome worst(List<Snapshot.ComponentSnapshot> components) {
    Outcome worst = Outcome.CLEAN;
    for (Snapshot.ComponentSnapshot one : components) {
      Outcome its = one.timeline().outcome();
      worst = its == null ? worst : worst.orWorse(its);
    }
    return worst;
  }

  private static JsonObject json(Snapshot.ComponentSnapshot one, long origin) {
    ComponentTimeline its = one.timeline();
    JsonObject json =
        new JsonObject()
            .put("name", one.name())
            .put("state", one.state().name())
            .put("dependsOn", new JsonArray(List.copyOf(one.dependencies())))
            .put("waitsFor", new JsonArray(one.waitsFor()))
            .put("inFlight", one.stats().inFlight().size())
            .put("admitted", one.stats().admitted())
            .put("refused", one.stats().refused())
            .put("cut", its.cut().size());
    put(json, "leftMs", one.left());
    put(json, "startingMs", its.starting(), origin);
    put(json, "startedMs", its.started(), origin);
    put(json, "stopAskedMs", its.stopAsked(), origin);
    put(json, "drainingMs", its.draining(), origin);
    put(json, "releasingMs", its.releasing(), origin);
    put(json, "stoppedMs", its.stopped(), origin);
    if (its.outcome() != null) {
      json.put("outcome", its.outcome().name());
    }
    if (its.failure() != null) {
      json.put("failure", Redacted.text(its.failure()));
    }
    JsonArray work = new JsonArray();
    one.stats().inFlight().stream().limit(MOST_WORK).forEach(unit -> work.add(json(unit)));
    return json.put("work", work);
  }

  private static JsonObject json(WorkInFlight work) {
    JsonObject json = new JsonObject().put("name", work.name()).put("ageMs", ms(work.ageNanos()));
    if (work.peer() != null) {
      json.put("peer", work.peer());
    }
    if (!work.origin().isEmpty()) {
      json.put("origin", new JsonArray(work.origin().stream().map(Object::toString).toList()));
    }
    return json;
  }

  private static JsonObject json(Layout layout) {
    JsonArray nodes = new JsonArray();
    layout
        .nodes()
        .forEach(
            (name, place) ->
                nodes.add(
                    new JsonObject()
                        .put("name", name)
                        .put("x", place.x())
                        .put("layer", place.layer())));
    JsonArray edges = new JsonArray();
    for (Layout.Edge edge : layout.edges()) {
      JsonArray way = new JsonArray();
      edge.way().forEach(at -> way.add(new JsonObject().put("x", at.x()).put("layer", at.layer())));
      edges.add(new JsonObject().put("from", edge.from()).put("to", edge.to()).put("way", way));
    }
    return new JsonObject().put("nodes", nodes).put("edges", edges);
  }

  private static void put(JsonObject json, String key, @Nullable Long nanos, long origin) {
    if (nanos != null) {
      json.put(key, ms(nanos - origin));
    }
  }

  private static void put(JsonObject json, String key, @Nullable Duration span) {
    if (span != null) {
      json.put(key, span.toMillis());
    }
  }

  private static long ms(long nanos) {
    return Math.round(nanos / 1e6);
  }
}
