package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.sample.LinksProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both nodes that answer are replaced at once, each by a node of its own, while a third asks at
 * full speed: they drain one after the other, and nobody is left without an answer.
 */
@Tag("integration")
@Tag("linux")
@Tag("epoll")
final class HandoverInClusterTest {

  private static final Pattern ASKED = Pattern.compile("asked for the first time");
  private static final Pattern COUNTED = Pattern.compile("counted (\\{.*})");

  @TempDir Path directory;
  private final List<LinksProcess> all = new ArrayList<>();

  /** When a component drained, by the clock of the machine. */
  private record Drained(Instant from, Instant to) {

    static Drained of(JsonObject report) {
      JsonObject answers =
          report.getJsonArray("components").stream()
              .map(JsonObject.class::cast)
              .filter(one -> one.getString("name").equals("answers"))
              .findFirst()
              .orElseThrow();
      Instant from =
          Instant.parse(report.getString("begin")).plusMillis(answers.getLong("waitedMs"));
      return new Drained(from, from.plusMillis(answers.getLong("drainedMs")));
    }

    boolean isBefore(Drained other) {
      return to.minusMillis(3).isBefore(other.from); // each of the three figures is cut to one
    }
  }

  private LinksProcess start(Cluster cluster, int node, JsonObject config) throws IOException {
    LinksProcess started = cluster.start(directory, node, config);
    all.add(started);
    return started;
  }

  private JsonObject answering(String name) {
    return new JsonObject()
        .put("answers", new JsonObject().put("linger", "3s"))
        .put(
            "lifecycle",
            new JsonObject()
                .put("drainLock", "deploy")
                .put("handover", directory.resolve(name + ".sock").toString()));
  }

  @AfterEach
  void killAll() {
    all.forEach(LinksProcess::close);
  }

  @Test
  void nodesThatAreReplacedAtOnceDrainOneAtATime() throws Exception {
    Cluster cluster = new Cluster("handover", 5);
    LinksProcess one = start(cluster, 1, answering("one"));
    LinksProcess two = start(cluster, 2, answering("two"));
    LinksProcess asker =
        start(cluster, 0, new JsonObject().put("asker", new JsonObject().put("timeout", 60_000)));
    one.awaitLine(ASKED);
    two.awaitLine(ASKED);

    LinksProcess nextOne = start(cluster, 3, answering("one"));
    LinksProcess nextTwo = start(cluster, 4, answering("two"));
    for (LinksProcess old : List.of(one, two)) {
      assertThat(old.awaitExit()).as(old::output).isZero();
      assertThat(old.report().getString("outcome")).as(old::output).isEqualTo("CLEAN");
      assertThat(old.output()).contains("handed over to PID ", "Holds the drain lock deploy");
    }
    nextOne.awaitLine(ASKED);
    nextTwo.awaitLine(ASKED);

    List<Drained> drains =
        Stream.of(Drained.of(one.report()), Drained.of(two.report()))
            .sorted((a, b) -> a.from.compareTo(b.from))
            .toList();
    assertThat(drains.get(0).isBefore(drains.get(1))).as(drains::toString).isTrue();
    asker.signal("TERM");
    assertThat(asker.awaitExit()).as(asker::output).isZero();
    JsonObject counted = new JsonObject(asker.awaitLine(COUNTED));
    assertThat(counted.getJsonObject("failures")).as(counted::encode).isEmpty();
    assertThat(counted.getInteger("answered")).isEqualTo(counted.getInteger("asked"));
  }
}
