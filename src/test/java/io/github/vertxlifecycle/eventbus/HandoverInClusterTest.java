package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.report.StopReport;
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

  private static final String ASKED = "asked for the first time";
  private static final Pattern COUNTED = Pattern.compile("counted (\\{.*})");

  @TempDir Path directory;
  private final List<ApplicationProcess> all = new ArrayList<>();

  /** From the drain of a process's only component until all of it had stopped, by the clock. */
  private record Drained(Instant from, Instant to) {

    static Drained of(StopReport report) {
      StopReport.ComponentReport answers = report.components().get(0);
      Instant to = report.run().begin().plusMillis(report.durationMs());
      return new Drained(to.minusMillis(answers.drainedMs() + answers.releasedMs()), to);
    }

    boolean isBefore(Drained other) {
      return to.minusMillis(5).isBefore(other.from); // each of the figures is cut to a millisecond
    }
  }

  private ApplicationProcess start(Cluster cluster, int node, JsonObject config)
      throws IOException {
    ApplicationProcess started = cluster.start(directory, node, config);
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
    all.forEach(ApplicationProcess::close);
  }

  @Test
  void nodesThatAreReplacedAtOnceDrainOneAtATime() throws Exception {
    Cluster cluster = new Cluster("handover", 5);
    ApplicationProcess one = start(cluster, 1, answering("one"));
    ApplicationProcess two = start(cluster, 2, answering("two"));
    one.started();
    two.started(); // before anybody asks
    ApplicationProcess asker =
        start(cluster, 0, new JsonObject().put("asker", new JsonObject().put("timeout", 60_000)));
    one.says(ASKED);
    two.says(ASKED);

    ApplicationProcess nextOne = start(cluster, 3, answering("one"));
    ApplicationProcess nextTwo = start(cluster, 4, answering("two"));
    for (ApplicationProcess old : List.of(one, two)) {
      ProcessEnd end = old.ends().exitedWith(0);
      assertThat(end.report().outcome()).as(end::output).isEqualTo(Outcome.CLEAN);
      assertThat(end.output()).contains("handed over to PID ", "Holds the drain lock deploy");
    }
    nextOne.says(ASKED);
    nextTwo.says(ASKED);

    List<Drained> drains =
        Stream.of(Drained.of(one.ends().report()), Drained.of(two.ends().report()))
            .sorted((a, b) -> a.from.compareTo(b.from))
            .toList();
    assertThat(drains.get(0).isBefore(drains.get(1)))
        .as(drains + one.output() + two.output())
        .isTrue();
    asker.signal(Signal.TERM).ends().exitedWith(0);
    JsonObject counted = new JsonObject(asker.says(COUNTED).group(1));
    assertThat(counted.getJsonObject("failures")).as(counted::encode).isEmpty();
    assertThat(counted.getInteger("answered")).isEqualTo(counted.getInteger("asked"));
  }
}
