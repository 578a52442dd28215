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
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The time from nothing to ready, and from nothing to the first answer, with servers that run
 * already.
 */
final class StartMeasure implements Measure {

  private static final double MOST = 1.1;
  private static final int TURNS = 11;
  private static final Path PLACE = Path.of("target", "bench");

  private final Vertx vertx = Vertx.vertx();
  private final EmbeddedPostgresVerticle postgres = new EmbeddedPostgresVerticle();
  private final EmbeddedRedisVerticle redis = new EmbeddedRedisVerticle();

  @Override
  public List<Row> rows() throws Exception {
    await(Future.join(vertx.deployVerticle(postgres), vertx.deployVerticle(redis)));
    try {
      List<Row> rows = new ArrayList<>();
      rows.add(ready());
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

  private Row ready() throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> hand = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      boolean oursFirst = turn % 2 == 0;
      double first = start(oursFirst ? "ours" : "hand");
      double second = start(oursFirst ? "hand" : "ours");
      ours.add(oursFirst ? first : second);
      hand.add(oursFirst ? second : first);
      ratios.add(oursFirst ? first / second : second / first);
    }
    double ratio = Figures.median(ratios);
    return new Row(
        "start of the sample to ready",
        Figures.of(Figures.median(ours), "ms") + ", ratio " + Figures.ratio(ratio),
        "the same clients and servers by hand",
        Figures.of(Figures.median(hand), "ms"),
        "≤ 1.1",
        ratio <= MOST);
  }

  private double start(String side) throws Exception {
    return Fork.run(StartToReady.class, side, postgres.uri().toString(), redis.uri().toString())
        .get("millis");
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
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    List<String> command = JavaCommand.java(home);
    command.addAll(List.of(flag, "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.addAll(List.of(Main.class.getName(), "-conf", config(port).encode()));
    command.add(LinksApp.class.getName());
    long began = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(PLACE.resolve("start.log").toFile())
            .start();
    awaitAnswer(process, port);
    double millis = (System.nanoTime() - began) / 1e6;
    process.destroy();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IOException("the service does not stop");
    }
    return millis;
  }

  private static void awaitAnswer(Process process, int port) throws IOException {
    while (true) {
      try (HttpClientConnection client = new HttpClientConnection(port)) {
        client.request("/links/none");
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
