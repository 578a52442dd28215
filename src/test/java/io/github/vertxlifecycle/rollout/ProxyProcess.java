package io.github.vertxlifecycle.rollout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A proxy with its example configuration, in which nothing but the ports is another. */
final class ProxyProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int EXAMPLE_PORT = 8080;
  private static final int EXAMPLE_MANAGEMENT_PORT = 9000;

  private final Process process;

  private ProxyProcess(Process process) {
    this.process = process;
  }

  /**
   * Writes the configuration, has the proxy check it, and starts it.
   *
   * @param ports the proxy's, and those of the instances
   * @param managementPorts those of the instances
   */
  static ProxyProcess start(
      ProxyKind proxy,
      ServiceKind service,
      List<Integer> ports,
      List<Integer> managementPorts,
      Path directory)
      throws IOException, InterruptedException {
    String text = Files.readString(proxy.example);
    if (service == ServiceKind.BARE) {
      text = proxy.forBareVertx(text);
    }
    for (int i = 0; i < ports.size(); i++) {
      text = text.replace("127.0.0.1:" + (EXAMPLE_PORT + i), "127.0.0.1:" + ports.get(i));
    }
    for (int i = 0; i < managementPorts.size(); i++) {
      text =
          text.replace(
              "port " + (EXAMPLE_MANAGEMENT_PORT + 1 + i), "port " + managementPorts.get(i));
    }
    Path conf = directory.resolve(proxy.example.getFileName()).toAbsolutePath();
    Files.writeString(conf, proxy.in(conf.resolveSibling(""), text));
    check(proxy, conf);
    ProxyProcess started =
        new ProxyProcess(
            new ProcessBuilder(proxy.run(conf))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(proxy + ".log").toFile())
                .start());
    Wait.until(PATIENCE, () -> proxy.title + " does not listen", () -> listens(ports.get(0)));
    return started;
  }

  private static boolean listens(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Has the proxy itself check a configuration.
   *
   * @throws IllegalStateException with the proxy's own words if it finds a fault
   */
  static void check(ProxyKind proxy, Path conf) throws IOException, InterruptedException {
    Process check = new ProcessBuilder(proxy.check(conf)).redirectErrorStream(true).start();
    String out = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (check.waitFor() != 0) {
      throw new IllegalStateException("%s does not take %s: %s".formatted(proxy.title, conf, out));
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy(); // HAProxy and nginx end at once then, and their workers with them
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
