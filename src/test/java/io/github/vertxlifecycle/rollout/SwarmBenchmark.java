package io.github.vertxlifecycle.rollout;

import io.github.vertxlifecycle.handover.RestartLoad;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Rolling updates by Docker Swarm under load: three replicas of the service in an overlay network,
 * found by HAProxy through Docker's DNS. {@code make rollout ENGINE=swarm} runs it, on an engine of
 * its own, whose only node is this machine: the containers see its class path.
 *
 * <p>Arguments: the image, which has a JRE and HAProxy; how many updates (10), each of which
 * replaces all three; how many of bare Vert.x (2).
 */
public final class SwarmBenchmark {

  private static final Path DIRECTORY = Path.of("target", "rollout").toAbsolutePath();
  private static final Path EXAMPLE = Path.of("conf", "proxy", "haproxy-swarm.cfg");
  private static final String NETWORK = "rollout";
  private static final String SERVICE = "links";
  private static final String PROXY = "proxy";
  private static final int REPLICAS = 3;
  private static final int CLIENTS = 12;
  private static final int ANSWERS_BETWEEN = 200;
  private static final Duration ANNOUNCE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The image has no HTTP client. */
  private static final String IS_READY =
      "bash -c 'exec 3<>/dev/tcp/127.0.0.1/%d && printf \"GET %s HTTP/1.0\\r\\n\\r\\n\" >&3"
          + " && head -1 <&3 | grep -q \" 200 \"'";

  private final String image;
  private final List<RolloutFigures> rows = new ArrayList<>();

  private SwarmBenchmark(String image) {
    this.image = image;
  }

  /**
   * Runs it.
   *
   * @param args see above
   * @throws Exception if the engine does not do what it is told
   */
  public static void main(String[] args) throws Exception {
    SwarmBenchmark benchmark = new SwarmBenchmark(args[0]);
    Files.createDirectories(DIRECTORY);
    System.out.print(RolloutFigures.HEAD);
    docker("network", "create", "--driver", "overlay", NETWORK);
    benchmark.run(ServiceKind.OURS, args.length > 1 ? Integer.parseInt(args[1]) : 10);
    benchmark.run(ServiceKind.BARE, args.length > 2 ? Integer.parseInt(args[2]) : 2);
    StringBuilder table = new StringBuilder(RolloutFigures.HEAD);
    benchmark.rows.forEach(row -> table.append(row.row()).append('\n'));
    Files.writeString(DIRECTORY.resolve("swarm.md"), table);
  }

  private void run(ServiceKind kind, int updates) throws IOException, InterruptedException {
    if (updates == 0) {
      return;
    }
    int port = FreePorts.one();
    createService(kind);
    createProxy(kind, port);
    try {
      Wait.until(PATIENCE, () -> "nobody answers behind the proxy", () -> answers(port));
      try (RestartLoad load = new RestartLoad(port, false, CLIENTS, CLIENTS)) {
        for (int i = 0; i < updates; i++) {
          load.awaitAnswers(ANSWERS_BETWEEN);
          docker("service", "update", "--quiet", "--force", SERVICE); // waits until it is done
        }
        load.awaitAnswers(ANSWERS_BETWEEN).end();
        add(kind, updates, load);
      }
    } finally {
      docker("service", "rm", SERVICE, PROXY);
    }
  }

  private void add(ServiceKind kind, int updates, RestartLoad load)
      throws IOException, InterruptedException {
    RolloutFigures row =
        new RolloutFigures(
            "Swarm, HAProxy",
            kind.title,
            kind == ServiceKind.OURS ? ANNOUNCE : Duration.ZERO,
            updates * REPLICAS,
            load.answered(),
            load.lost() + load.shed() + load.refused(),
            load.failedPosts(),
            load.slowestMillis(),
            exitCodes(),
            load.toString());
    rows.add(row);
    System.out.println(row.row());
    if (row.failed() > 0) {
      System.out.println("  " + row.details());
    }
  }

  private static boolean answers(int port) {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      return client.request("/work").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private void createService(ServiceKind kind) throws IOException, InterruptedException {
    boolean ours = kind == ServiceKind.OURS;
    JsonObject config = new JsonObject().put("http", everywhere(8080));
    if (ours) {
      config
          .put("management", everywhere(9000))
          .put("lifecycle", new JsonObject().put("announceDelay", ANNOUNCE.toMillis() + "ms"));
    }
    Path conf = DIRECTORY.resolve("swarm-" + kind + ".json");
    Files.writeString(conf, config.encode());
    List<String> command = new ArrayList<>(List.of("service", "create", "--detach"));
    command.addAll(List.of("--name", SERVICE, "--network", NETWORK, "--endpoint-mode", "dnsrr"));
    command.addAll(List.of("--replicas", String.valueOf(REPLICAS), "--no-resolve-image"));
    command.addAll(List.of("--update-order", "start-first", "--update-parallelism", "1"));
    command.addAll(List.of("--stop-grace-period", "40s"));
    command.addAll(List.of("--health-interval", "1s", "--health-timeout", "5s"));
    command.addAll(List.of("--health-retries", "30", "--health-cmd"));
    command.add(ours ? IS_READY.formatted(9000, "/readyz") : IS_READY.formatted(8080, "/work"));
    List<String> classPath = classPath();
    for (Path mounted : List.of(conf, Path.of("target").toAbsolutePath(), repository(classPath))) {
      command.addAll(
          List.of("--mount", "type=bind,readonly,source=%s,target=%s".formatted(mounted, mounted)));
    }
    command.addAll(List.of(image, "java", "-Xmx128m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", String.join(":", classPath)));
    command.addAll(kind.command());
    command.addAll(List.of("-conf", conf.toString()));
    docker(command.toArray(String[]::new));
  }

  private static JsonObject everywhere(int port) {
    return new JsonObject().put("host", "0.0.0.0").put("port", port);
  }

  private static List<String> classPath() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .toList();
  }

  /** The folder that all jars are in. */
  private static Path repository(List<String> classPath) {
    Path common = null;
    for (String entry : classPath) {
      if (entry.endsWith(".jar")) {
        Path jar = Path.of(entry);
        common = common == null ? jar.getParent() : common;
        while (!jar.startsWith(common)) {
          common = common.getParent();
        }
      }
    }
    if (common == null) {
      throw new IllegalStateException("no jar on the class path");
    }
    return common;
  }

  private void createProxy(ServiceKind kind, int port) throws IOException, InterruptedException {
    String text = Files.readString(EXAMPLE);
    if (kind == ServiceKind.BARE) {
      text = ProxyKind.HAPROXY.forBareVertx(text);
    }
    Path conf = DIRECTORY.resolve("swarm-" + kind + ".cfg");
    Files.writeString(conf, text);
    docker(
        "service",
        "create",
        "--detach",
        "--name",
        PROXY,
        "--network",
        NETWORK,
        "--no-resolve-image",
        "--publish",
        "mode=host,target=8080,published=" + port,
        "--mount",
        "type=bind,readonly,source=%s,target=/haproxy.cfg".formatted(conf),
        image,
        "haproxy",
        "-db",
        "-f",
        "/haproxy.cfg");
  }

  /** Of the tasks that have been replaced, as far as the engine still knows them. */
  private static Set<Integer> exitCodes() throws IOException, InterruptedException {
    Set<Integer> codes = new TreeSet<>();
    String all =
        docker(
            "ps", "--all", "--filter", "status=exited", "--filter", "name=" + SERVICE, "--quiet");
    for (String id : all.lines().toList()) {
      codes.add(Integer.parseInt(docker("inspect", "--format", "{{.State.ExitCode}}", id).trim()));
    }
    return codes;
  }

  private static String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Path out = DIRECTORY.resolve("docker.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String said = Files.readString(out);
    if (!ended || process.exitValue() != 0) {
      process.destroy();
      throw new IllegalStateException(
          "docker %s %s %s: %s"
              .formatted(arguments[0], arguments[1], ended ? "failed" : "does not end", said));
    }
    return said;
  }
}
