package io.github.vertxlifecycle.application;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A small application for the test kit's own tests: notes that are kept in memory. */
public final class NotesApp extends RootVerticle {

  /** What keeps notes. */
  public interface Notes {
    Future<List<String>> all();

    Future<Void> add(String note);
  }

  @Override
  protected void components(Components app) {
    app.add("store", StoreVerticle::new);
    app.add("audit", AuditVerticle::new).dependsOn("store");
    app.add("http", NotesHttpVerticle::new).dependsOn("store", "audit");
  }

  /** Keeps notes in memory. */
  public static class StoreVerticle extends LifecycleVerticle implements Notes {
    private final List<String> notes = new CopyOnWriteArrayList<>();

    @Override
    protected Future<?> onStart() {
      provide(Notes.class, this);
      return Future.succeededFuture();
    }

    @Override
    public Future<List<String>> all() {
      return Future.succeededFuture(List.copyOf(notes));
    }

    @Override
    public Future<Void> add(String note) {
      notes.add(note);
      return Future.succeededFuture();
    }
  }

  /** Depends on the store, and does nothing. */
  static final class AuditVerticle extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      use("store", Notes.class);
      return Future.succeededFuture();
    }
  }

  /** Adds and lists notes. */
  static final class NotesHttpVerticle extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      Notes notes = use("store", Notes.class);
      router
          .post("/notes/:note")
          .handler(
              context ->
                  notes
                      .add(context.pathParam("note"))
                      .onSuccess(v -> context.response().setStatusCode(201).end())
                      .onFailure(context::fail));
      router
          .get("/notes")
          .handler(
              context ->
                  notes
                      .all()
                      .onSuccess(all -> context.end(String.join(",", all)))
                      .onFailure(context::fail));
    }
  }
}
