package io.github.vertxlifecycle.acme;

import io.github.vertxlifecycle.http.Certificates;
import io.github.vertxlifecycle.rollout.FreePorts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Pebble, Let's Encrypt's own small authority, and a DNS in which every name is 127.0.0.1: the
 * programs {@code pebble} and {@code pebble-challtestsrv} of Debian's package pebble.
 */
public final class Pebble implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;
  private static final List<String> PROGRAMS = List.of("pebble", "pebble-challtestsrv");

  private final Path directory;
  private final int port = FreePorts.one();
  private final int httpPort = FreePorts.one();
  private final int dnsPort = FreePorts.one();
  private final int dnsManagementPort = FreePorts.one();
  private final StringBuilder output = new StringBuilder(); // guarded by itself
  private Process authority;
  private Process dns;

  private Pebble(Path directory) {
    this.directory = directory;
  }

  /** Fails where Pebble is not installed, and says what to do. */
  private static void require() {
    for (String program : PROGRAMS) {
      if (List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
          .noneMatch(place -> Files.isExecutable(Path.of(place, program)))) {
        throw new AssertionError(
            "there is no %s on the PATH; install Debian's package pebble, or leave these tests out: mvn -Dwithout=pebble"
                .formatted(program));
      }
    }
  }

  /**
   * Starts the authority and its DNS.
   *
   * @param directory for their files
   * @param validity of the certificates that it issues
   */
  public static Pebble start(Path directory, Duration validity) throws Exception {
    require();
    Pebble pebble = new Pebble(directory);
    Certificates.make(directory, "pebble");
    JsonObject settings =
        new JsonObject()
            .put("listenAddress", "127.0.0.1:" + pebble.port)
            .put("managementListenAddress", "")
            .put("certificate", directory.resolve("cert.pem").toString())
            .put("privateKey", directory.resolve("key.pem").toString())
            .put("httpPort", pebble.httpPort)
            .put("tlsPort", FreePorts.one())
            .put("externalAccountBindingRequired", false)
            .put("certificateValidityPeriod", validity.toSeconds());
    Files.writeString(
        directory.resolve("pebble.json"), new JsonObject().put("pebble", settings).encode());
    pebble.dns =
        pebble.run(
            "pebble-challtestsrv",
            List.of(
                "-http01=",
                "-https01=",
                "-tlsalpn01=",
                "-dns01=127.0.0.1:" + pebble.dnsPort,
                "-management=127.0.0.1:" + pebble.dnsManagementPort,
                "-defaultIPv6="),
            pebble.dnsManagementPort);
    pebble.startAuthority();
    return pebble;
  }

  /** Starts the authority again; it has forgotten everything, and has other roots. */
  public void startAuthority() throws IOException, InterruptedException {
    authority =
        run(
            "pebble",
            List.of(
                "-config=" + directory.resolve("pebble.json"), "-dnsserver=127.0.0.1:" + dnsPort),
            port);
  }

  private Process run(String program, List<String> arguments, int listensOn)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
    builder.command().addAll(arguments);
    builder.environment().putAll(Map.of("PEBBLE_VA_NOSLEEP", "1"));
    Process process = builder.start();
    Thread reader = new Thread(() -> read(process), program);
    reader.setDaemon(true);
    reader.start();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!listens(listensOn)) {
      if (!process.isAlive() || System.nanoTime() > until) {
        process.destroyForcibly();
        throw new IOException(program + " does not listen:\n" + output());
      }
      Thread.sleep(20);
    }
    return process;
  }

  private static boolean listens(int port) {
    try (var socket = new java.net.Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void read(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (output) {
          output.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      synchronized (output) {
        output.append(e).append('\n');
      }
    }
  }

  /** The section {@code http.tls.acme} of a server that uses this authority. */
  public JsonObject section(Path storage, String... domains) {
    return new JsonObject()
        .put("domains", new JsonArray(List.of(domains)))
        .put("email", "admin@example.test")
        .put("directory", directory().toString())
        .put("storage", storage.toString())
        .put("trust", trust().toString());
  }

  public URI directory() {
    return URI.create("https://localhost:" + port + "/dir");
  }

  /** The root of the authority's own certificate. */
  public Path trust() {
    return directory.resolve("cert.pem");
  }

  /** The port at which the authority expects the answers to its challenges, in place of 80. */
  public int httpPort() {
    return httpPort;
  }

  /** How many certificates the authority has issued. */
  public int issued() {
    return count("Issued certificate serial");
  }

  /** How often the authority's log contains a text. */
  public int count(String part) {
    String said = output();
    int count = 0;
    for (int at = said.indexOf(part); at >= 0; at = said.indexOf(part, at + 1)) {
      count++;
    }
    return count;
  }

  /** From now on the authority is there and answers nothing. */
  public void freeze() throws IOException, InterruptedException {
    kill("STOP");
  }

  public void unfreeze() throws IOException, InterruptedException {
    kill("CONT");
  }

  private void kill(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(authority.pid())).start().waitFor();
  }

  /** Makes a name known or unknown to the authority's DNS. */
  public void resolves(String host, boolean resolves) throws IOException, InterruptedException {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/%s-servfail"
                            .formatted(dnsManagementPort, resolves ? "clear" : "set")))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        new JsonObject().put("host", host).encode()))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  public void stopAuthority() throws InterruptedException {
    authority.destroyForcibly().waitFor();
  }

  public String output() {
    synchronized (output) {
      return output.toString();
    }
  }

  @Override
  public void close() {
    for (Process process : new Process[] {authority, dns}) {
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
    }
  }
}
