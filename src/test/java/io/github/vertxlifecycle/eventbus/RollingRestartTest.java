package io.github.vertxlifecycle.eventbus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.sample.LinksProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes in a cluster: one asks at full speed, the other two are restarted in turn. */
final class RollingRestartTest {

  private static final int ROUNDS = Integer.getInteger("eventbus.rounds", 3);
  private static final Pattern STARTED = Pattern.compile("Started in");
  private static final Pattern ASKED = Pattern.compile("asked for the first time");
  private static final Pattern COUNTED = Pattern.compile("counted (\\{.*})");

  @TempDir Path directory;

  @Test
  void noRequestFailsOrTimesOut() throws Exception {
    Cluster cluster = new Cluster("rolling", 3);
    LinksProcess[] nodes = new LinksProcess[3];
    try {
      for (int i = 1; i < 3; i++) {
        nodes[i] = cluster.start(directory, i, new JsonObject());
        nodes[i].awaitLine(STARTED);
      }
      nodes[0] =
          cluster.start(
              directory, 0, new JsonObject().put("asker", new JsonObject().put("timeout", 15_000)));
      nodes[0].awaitLine(STARTED);
      nodes[1].awaitLine(ASKED);
      nodes[2].awaitLine(ASKED);

      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 1; i < 3; i++) {
          nodes[i].signal("TERM");
          assertThat(nodes[i].awaitExit()).as(nodes[i].output()).isZero();
          assertThat(nodes[i].report().getString("outcome")).isEqualTo("CLEAN");
          nodes[i] = cluster.start(directory, i, new JsonObject());
          nodes[i].awaitLine(ASKED);
        }
      }

      nodes[0].signal("TERM");
      assertThat(nodes[0].awaitExit()).as(nodes[0].output()).isZero();
      JsonObject counted = new JsonObject(nodes[0].awaitLine(COUNTED));
      System.out.println(counted);

      assertThat(counted.getJsonObject("failures")).as(nodes[0].output()).isEmpty();
      assertThat(counted.getInteger("asked"))
          .isEqualTo(counted.getInteger("answered"))
          .isGreaterThan(ROUNDS * 100);
    } finally {
      for (LinksProcess node : nodes) {
        if (node != null) {
          node.close();
        }
      }
    }
  }
}
