package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.launcher.Main;
import io.github.vertxlifecycle.process.JavaCommand;
import io.github.vertxlifecycle.sample.LinksApp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.VertxApplication;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The time from nothing to ready, and from nothing to the first answer, with servers that run
 * already; and the processor time, which holds still where other work shares the machine.
 */
final class StartMeasure implements Measure {

  private static final double MOST = 1.08;
  private static final double MOST_BESIDE_LAUNCHER = 1;
  private static final int TURNS = 11;
  private static final Path PLACE = Path.of("target", "bench");

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
  private final EmbeddedRedisVerticle redis = new EmbeddedRedisVerticle();

  /** What a service of one route needs on either side, and nothing else. */
  private static final List<String> LIBRARIES =
      List.of(
          "vertx-core",
          "vertx-web",
          "vertx-auth-common",
          "vertx-bridge-common",
          "vertx-launcher-application",
          "netty-",
          "jackson-core",
          "slf4j-api",
          "logback-",
          "jspecify",
          "picocli",
          "config-");

  /** What a start took, in milliseconds. */
  private record Start(double wall, double processor) {}

  /** Starts one of the two. */
  @FunctionalInterface
  private interface Side {
    Start start(boolean ours) throws Exception;
  }

  @Override
  public List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>(oneRoute());
    await(Future.join(vertx.deployVerticle(postgres), vertx.deployVerticle(redis)));
    try {
      rows.addAll(ready());
      String classPath = classPath();
      rows.add(
          firstAnswer(
              Path.of(System.getProperty("java.home")),
              classPath,
              "a CDS archive",
              "-XX:ArchiveClassesAtExit=",
              "-XX:SharedArchiveFile="));
      Optional<Path> newer = java25();
      if (newer.isPresent()) {
        rows.add(
            firstAnswer(
                newer.get(), classPath, "an AOT cache", "-XX:AOTCacheOutput=", "-XX:AOTCache="));
      }
      return rows;
    } finally {
      await(vertx.close());
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(2, TimeUnit.MINUTES);
  }

  private List<Row> ready() throws Exception {
    String[] arguments = {postgres.uri().toString(), redis.uri().toString()};
    return rows(
        "start of the sample to ready",
        "the same clients and servers by hand",
        MOST,
        ours -> ready(ours ? "ours" : "hand", arguments));
  }

  private static Start ready(String side, String[] servers) throws Exception {
    Map<String, Double> figures = Fork.run(StartToReady.class, side, servers[0], servers[1]);
    return new Start(figures.get("millis"), figures.get("processor"));
  }

  /** Both sides in turn, and what each costs. */
  private static List<Row> rows(String what, String beside, double most, Side side)
      throws Exception {
    List<Start> ours = new ArrayList<>();
    List<Start> theirs = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      boolean oursFirst = turn % 2 == 0;
      Start first = side.start(oursFirst);
      Start second = side.start(!oursFirst);
      ours.add(oursFirst ? first : second);
      theirs.add(oursFirst ? second : first);
    }
    return List.of(
        row(what, beside, most, values(ours, Start::wall), values(theirs, Start::wall)),
        row(
            what + ", processor time",
            beside,
            null,
            values(ours, Start::processor),
            values(theirs, Start::processor)));
  }

  private static double[] values(List<Start> starts, ToDoubleFunction<Start> figure) {
    return starts.stream().mapToDouble(figure).toArray();
  }

  private static Row row(
      String what, String beside, @Nullable Double most, double[] ours, double[] theirs) {
    double[] ratios = new double[TURNS];
    Arrays.setAll(ratios, turn -> ours[turn] / theirs[turn]);
    double ratio = Figures.median(ratios);
    return new Row(
        what,
        Figures.of(Figures.median(ours), "ms") + ", ratio " + Figures.ratio(ratio),
        beside,
        Figures.of(Figures.median(theirs), "ms"),
        most == null ? "report" : "≤ " + Figures.ratio(most),
        most == null ? null : ratio <= most);
  }

  // ── one route ──────────────────────────────────────────────────────────────────────────────────

  private static List<Row> oneRoute() throws Exception {
    Files.createDirectories(PLACE);
    return rows(
        "start of one route to first answer",
        "the same route, Vert.x's own launcher",
        MOST_BESIDE_LAUNCHER,
        StartMeasure::oneRoute);
  }

  private static Start oneRoute(boolean ours) throws Exception {
    int port = freePort();
    JsonObject http = new JsonObject().put("host", "127.0.0.1").put("port", port);
    List<String> command = JavaCommand.java();
    command.addAll(List.of("-cp", smallClassPath()));
    command.add((ours ? Main.class : VertxApplication.class).getName());
    command.addAll(List.of("-conf", new JsonObject().put("http", http).encode()));
    command.add((ours ? OneRoute.OnToolkit.class : OneRoute.OnVertx.class).getName());
    long began = System.nanoTime();
    Process process = started(command);
    try {
      awaitAnswer(process, port, "/");
      double wall = (System.nanoTime() - began) / 1e6;
      return new Start(wall, process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String smallClassPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(
            one ->
                !one.endsWith(".jar")
                    || LIBRARIES.stream()
                        .anyMatch(Path.of(one).getFileName().toString()::startsWith))
        .collect(Collectors.joining(File.pathSeparator));
  }

  // ── first answer ───────────────────────────────────────────────────────────────────────────────

  private Row firstAnswer(Path home, String classPath, String what, String train, String use)
      throws Exception {
    Path archive = PLACE.resolve(home.getFileName() + ".archive").toAbsolutePath();
    Files.deleteIfExists(archive);
    firstAnswer(home, classPath, train + archive);
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      without.add(firstAnswer(home, classPath, "-Xshare:auto"));
      with.add(firstAnswer(home, classPath, use + archive));
    }
    double ratio = Figures.median(with) / Figures.median(without);
    return new Row(
        "start to first answer with " + what + ", " + version(home),
        Figures.of(Figures.median(with), "ms") + ", ratio " + Figures.ratio(ratio),
        "without",
        Figures.of(Figures.median(without), "ms"),
        "report; half",
        null);
  }

  /** Starts the process, asks until it answers, stops it. */
  private double firstAnswer(Path home, String classPath, String flag) throws Exception {
    int port = freePort();
    List<String> command = JavaCommand.java(home);
    command.addAll(List.of(flag, "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.addAll(List.of(Main.class.getName(), "-conf", config(port).encode()));
    command.add(LinksApp.class.getName());
    long began = System.nanoTime();
    Process process = started(command);
    awaitAnswer(process, port, "/links/none");
    double millis = (System.nanoTime() - began) / 1e6;
    process.destroy();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IOException("the service does not stop");
    }
    return millis;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process started(List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(PLACE.resolve("start.log").toFile())
        .start();
  }

  private static void awaitAnswer(Process process, int port, String path) throws IOException {
    while (true) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        client.request(path);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          throw new IOException("the service ended; see " + PLACE.resolve("start.log"), notYet);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private JsonObject config(int port) {
    return new JsonObject()
        .put("postgres", new JsonObject().put("uri", postgres.uri().toString()))
        .put("redis", new JsonObject().put("uri", redis.uri().toString()))
        .put("http", new JsonObject().put("host", "127.0.0.1").put("port", port));
  }

  /** An archive takes classes from jars only. */
  private static String classPath() throws IOException {
    Files.createDirectories(PLACE);
    Path jar = PLACE.resolve("classes.jar").toAbsolutePath();
    List<String> path = new ArrayList<>(List.of(jar.toString()));
    Path classes = Path.of("target", "classes");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    for (String one : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (one.endsWith(".jar")) {
        path.add(one);
      }
    }
    return String.join(File.pathSeparator, path);
  }

  private static Optional<Path> java25() throws IOException {
    Path homes = Path.of(System.getProperty("java.home")).toRealPath().getParent();
    try (Stream<Path> all = Files.list(homes)) {
      return all.filter(home -> version(home).startsWith("Java 25")).findFirst();
    }
  }

  private static String version(Path home) {
    try (Stream<String> lines = Files.lines(home.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> "Java " + line.replaceAll("[^0-9.]", ""))
          .findFirst()
          .orElse("");
    } catch (IOException notOne) {
      return "";
    }
  }
}
