package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events where others look for them: on the event bus, and in a flight recording. */
final class EventsElsewhereTest {

  private static final class One extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("one", Nothing::new);
      app.add("two", Nothing::new).dependsOn("one");
    }
  }

  private static final class Nothing extends AbstractVerticle {}

  private static <T> T await(io.vertx.core.Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  @Test
  void arePublishedOnTheEventBus() throws Exception {
    Vertx vertx = Vertx.vertx();
    LinkedBlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .<JsonObject>consumer(RootVerticle.EVENTS_ADDRESS, message -> heard.add(message.body()));
    One app = new One();
    await(vertx.deployVerticle(app));

    JsonObject first = heard.poll(60, TimeUnit.SECONDS);
    assertThat(first.getString("type")).isEqualTo("StartBegan");
    assertThat(first.getLong("epochMs")).isPositive();
    assertThat(first.getJsonObject("dependencies").getJsonArray("two")).containsExactly("one");
    JsonObject second = heard.poll(60, TimeUnit.SECONDS);
    assertThat(second.getString("type")).isEqualTo("ComponentStarting");
    assertThat(second.getString("component")).isEqualTo("one");
    await(vertx.close());
  }

  @Test
  void everyKindOfEventBecomesJson() {
    for (Class<?> kind : LifecycleEvent.class.getPermittedSubclasses()) {
      if (kind.isRecord()) {
        assertThat(kind.getRecordComponents()[0].getName()).isEqualTo("at");
      }
    }
    JsonObject json =
        EventJson.of(
            new LifecycleEvent.ComponentDraining(1, "http", 2, java.time.Duration.ofSeconds(3)), 4);
    assertThat(json)
        .isEqualTo(
            new JsonObject()
                .put("type", "ComponentDraining")
                .put("epochMs", 4L)
                .put("component", "http")
                .put("inFlight", 2)
                .put("atMostMs", 3000L));
  }

  @Test
  void areInAFlightRecording(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("io.github.vertxlifecycle.Step").withoutThreshold();
      recording.start();
      Vertx vertx = Vertx.vertx();
      await(vertx.deployVerticle(new One()));
      await(vertx.close());
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> steps = RecordingFile.readAllEvents(file);
    assertThat(steps)
        .extracting(step -> step.getString("component") + " " + step.getString("step"))
        .contains("one starting", "two starting", "one waiting", "two releasing", "one releasing");
  }
}
