package io.github.vertxlifecycle.eventbus;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Three processes in a cluster: one asks at full speed, the other two are restarted in turn, again
 * and again. Run by {@code make rolling}, beside consumers of bare Vert.x, and shorter by a test.
 */
final class RollingRestart {

  private static final String ASKED = "asked for the first time";
  private static final Pattern COUNTED = Pattern.compile("counted (\\{.*})");

  /** What the asker counted; failures by their kind, NO_HANDLERS or TIMEOUT for example. */
  record Counted(int asked, int answered, Map<String, Object> failures) {}

  private final Path directory;
  private final boolean bare;
  private final String linger;
  private final ApplicationProcess[] nodes = new ApplicationProcess[3];

  private RollingRestart(Path directory, boolean bare, String linger) {
    this.directory = directory;
    this.bare = bare;
    this.linger = linger;
  }

  /**
   * Runs it.
   *
   * @param directory for configurations and reports
   * @param rounds how often each of the two is restarted
   * @param bare whether they consume as Vert.x alone does
   * @param linger how long a stop waits for silence; on a machine so busy that the asker gets no
   *     time for as long, a shorter one would not do
   */
  static Counted run(Path directory, int rounds, boolean bare, String linger)
      throws IOException, InterruptedException {
    return new RollingRestart(directory, bare, linger).run(rounds);
  }

  private Counted run(int rounds) throws IOException, InterruptedException {
    Cluster cluster = new Cluster("rolling", 3);
    JsonObject config =
        bare
            ? new JsonObject().put("bare", new JsonObject())
            : new JsonObject().put("answers", new JsonObject().put("linger", linger));
    try {
      for (int i = 1; i < 3; i++) {
        nodes[i] = cluster.start(directory, i, config);
        nodes[i].started();
      }
      nodes[0] =
          cluster.start(
              directory,
              0,
              new JsonObject()
                  .put("asker", new JsonObject().put("timeout", bare ? 15_000 : 60_000)));
      nodes[1].says(ASKED);
      nodes[2].says(ASKED);
      for (int round = 0; round < rounds; round++) {
        for (int i = 1; i < 3; i++) {
          stop(nodes[i]);
          nodes[i] = cluster.start(directory, i, config);
          nodes[i].says(ASKED);
        }
      }
      stop(nodes[0]);
      return counted(new JsonObject(nodes[0].says(COUNTED).group(1)));
    } finally {
      for (ApplicationProcess node : nodes) {
        if (node != null) {
          node.close();
        }
      }
    }
  }

  private static void stop(ApplicationProcess node) {
    ProcessEnd end = node.signal(Signal.TERM).ends().exitedWith(0);
    if (end.report().outcome() != Outcome.CLEAN) {
      throw new IllegalStateException("ended with " + end);
    }
  }

  private static Counted counted(JsonObject json) {
    return new Counted(
        json.getInteger("asked"),
        json.getInteger("answered"),
        new TreeMap<>(json.getJsonObject("failures").getMap()));
  }

  /** Prints a line for each; the argument is the number of rounds. */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
    System.out.println("| consumers | restarts | asked | answered | failed |");
    System.out.println("|---|---|---|---|---|");
    for (boolean bare : new boolean[] {false, true}) {
      Counted counted = run(Files.createTempDirectory("rolling"), rounds, bare, "1s");
      System.out.printf(
          "| %s | %d | %d | %d | %s |%n",
          bare ? "bare Vert.x" : "vertx-lifecycle",
          2 * rounds,
          counted.asked(),
          counted.answered(),
          counted.failures().isEmpty() ? "0" : counted.failures());
    }
  }
}
