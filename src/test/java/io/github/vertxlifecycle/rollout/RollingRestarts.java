package io.github.vertxlifecycle.rollout;

import io.github.vertxlifecycle.handover.RestartLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Three instances of a service behind a proxy that are restarted one after the other under load.
 * The next one stops when the proxy sends requests to the one before again.
 */
final class RollingRestarts {

  private static final int INSTANCES = 3;

  /** Clients that keep their connection, and as many that open one for each request. */
  private static final int CLIENTS = 12;

  private static final int ANSWERS_BETWEEN = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** More than the one of a health check. */
  private static final int CONNECTIONS_OF_A_PROXY_THAT_SENDS = 2;

  private final ProxyKind proxy;
  private final ServiceKind service;
  private final Duration announceDelay;
  private final Path directory;

  RollingRestarts(ProxyKind proxy, ServiceKind service, Duration announceDelay, Path directory) {
    this.proxy = proxy;
    this.service = service;
    this.announceDelay = announceDelay;
    this.directory = directory;
  }

  /** Runs so many restarts. */
  RolloutFigures run(int restarts) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<Integer> free = FreePorts.of(1 + 2 * INSTANCES);
    List<Integer> ports = free.subList(0, 1 + INSTANCES);
    List<Integer> managementPorts = free.subList(1 + INSTANCES, free.size());
    List<ServiceInstance> instances = new ArrayList<>();
    try {
      for (int i = 0; i < INSTANCES; i++) {
        instances.add(
            new ServiceInstance(
                service, ports.get(1 + i), managementPorts.get(i), announceDelay, directory));
        instances.get(i).start();
      }
      try (ProxyProcess running =
              ProxyProcess.start(proxy, service, ports, managementPorts, directory);
          RestartLoad load = new RestartLoad(ports.get(0), false, CLIENTS, CLIENTS)) {
        RolloutFigures figures = restart(instances, load, restarts);
        if (!running.isRunning()) {
          throw new IllegalStateException(proxy.title + " ended; see " + directory);
        }
        return figures;
      }
    } finally {
      instances.forEach(ServiceInstance::close);
    }
  }

  private RolloutFigures restart(List<ServiceInstance> instances, RestartLoad load, int restarts)
      throws IOException, InterruptedException {
    for (ServiceInstance one : instances) {
      awaitRequestsTo(one);
    }
    TreeSet<Integer> exitCodes = new TreeSet<>();
    for (int i = 0; i < restarts; i++) {
      ServiceInstance one = instances.get(i % INSTANCES);
      load.awaitAnswers(ANSWERS_BETWEEN);
      exitCodes.add(one.stop());
      one.start();
      awaitRequestsTo(one);
    }
    load.awaitAnswers(ANSWERS_BETWEEN).end();
    return new RolloutFigures(
        proxy.title,
        service.title,
        announceDelay,
        restarts,
        load.answered(),
        load.lost() + load.shed() + load.refused(),
        load.failedPosts(),
        load.slowestMillis(),
        exitCodes,
        load.toString());
  }

  private void awaitRequestsTo(ServiceInstance one) throws IOException, InterruptedException {
    Wait.until(
        PATIENCE,
        () -> proxy.title + " sends no requests to " + one,
        () -> EstablishedConnections.to(one.port()) >= CONNECTIONS_OF_A_PROXY_THAT_SENDS);
  }
}
