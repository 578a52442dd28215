package io.github.vertxlifecycle.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures what the clients of a proxy see of rolling restarts behind it, side by side with bare
 * Vert.x; {@code make rollout} runs it.
 *
 * <p>Arguments: restarts of ours behind each proxy (20), restarts of bare Vert.x (6), the proxy
 * ({@code all}, {@code haproxy} or {@code nginx}), the announce delay in milliseconds (that of the
 * example, {@code -1}).
 */
public final class RolloutBenchmark {

  private static final Path DIRECTORY = Path.of("target", "rollout");

  private final int restarts;
  private final int restartsOfBare;
  private final String only;
  private final int announceMillis;
  private final List<RolloutFigures> rows = new ArrayList<>();

  private RolloutBenchmark(List<String> args) {
    restarts = !args.isEmpty() ? Integer.parseInt(args.get(0)) : 20;
    restartsOfBare = args.size() > 1 ? Integer.parseInt(args.get(1)) : 6;
    only = args.size() > 2 ? args.get(2) : "all";
    announceMillis = args.size() > 3 ? Integer.parseInt(args.get(3)) : -1;
  }

  /**
   * Runs it.
   *
   * @param args see above
   * @throws Exception if a proxy or an instance does not start or stop
   */
  public static void main(String[] args) throws Exception {
    new RolloutBenchmark(List.of(args)).run();
  }

  private void run() throws IOException, InterruptedException {
    Files.createDirectories(DIRECTORY);
    System.out.print(RolloutFigures.HEAD);
    for (ProxyKind proxy : ProxyKind.values()) {
      if (only.equals("all") || only.equalsIgnoreCase(proxy.title)) {
        run(proxy, ServiceKind.OURS, restarts);
        run(proxy, ServiceKind.BARE, restartsOfBare);
      }
    }
    StringBuilder table = new StringBuilder(RolloutFigures.HEAD);
    rows.forEach(row -> table.append(row.row()).append('\n'));
    Files.writeString(DIRECTORY.resolve("rollout.md"), table);
  }

  private void run(ProxyKind proxy, ServiceKind service, int howMany)
      throws IOException, InterruptedException {
    if (howMany == 0) {
      return;
    }
    boolean ours = service == ServiceKind.OURS;
    Duration asked = announceMillis < 0 ? proxy.announceDelay : Duration.ofMillis(announceMillis);
    Duration announceDelay = ours ? asked : Duration.ZERO;
    Path directory = DIRECTORY.resolve(proxy + "-" + service).toAbsolutePath();
    RolloutFigures row = new RollingRestarts(proxy, service, announceDelay, directory).run(howMany);
    rows.add(row);
    System.out.println(row.row());
    if (row.failed() > 0) {
      System.out.println("  " + row.details());
    }
  }
}
