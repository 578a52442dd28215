package io.github.vertxlifecycle.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asks as Kubernetes does, on a new connection each time, all through a stop. */
@Tag("integration")
final class ProberTest {

  private static final int REFUSED = -1;

  /** What a probe learnt, and between which moments. */
  private record Probe(String path, long asked, long answered, int status) {}

  /** A new connection, one question, the status of the answer; -1 if there was none. */
  private static Probe probe(int port, String path) {
    long asked = System.nanoTime();
    int status = REFUSED;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
      socket.setSoTimeout(10_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      if (head.length == 12) {
        status = Integer.parseInt(new String(head, 9, 3, StandardCharsets.US_ASCII));
      }
    } catch (java.io.IOException e) {
      status = REFUSED;
    }
    return new Probe(path, asked, System.nanoTime(), status);
  }

  private static List<Probe> probeUntilRefused(int port) {
    List<Probe> probes = new ArrayList<>();
    boolean refused = false;
    while (!refused) {
      Probe ready = probe(port, "/readyz");
      Probe live = probe(port, "/livez");
      probes.add(ready);
      probes.add(live);
      refused = live.status == REFUSED;
    }
    return probes;
  }

  @Test
  void readinessFallsWithTheAnnouncementAndLivenessHoldsUntilTheEnd() throws Exception {
    try (ManagedApp stand = new ManagedApp()) {
      List<LifecycleEvent> events = new java.util.concurrent.CopyOnWriteArrayList<>();
      stand.app.listen(events::add);
      stand.start(
          new JsonObject().put("lifecycle", new JsonObject().put("announceDelay", "300 ms")));
      Promise<Void> held = stand.hold("report");
      Promise<Void> release = Promise.promise();
      stand.releases.put("postgres", release.future());
      CompletableFuture<List<Probe>> probing =
          CompletableFuture.supplyAsync(() -> probeUntilRefused(stand.port));

      Future<Void> stop = stand.app.stop(new StopReason(StopReason.Kind.REQUEST, "test"));
      stand.next(LifecycleEvent.ComponentDraining.class);
      assertThat(probe(stand.port, "/readyz").status()).isEqualTo(503);
      held.complete();
      while (!stand.next(LifecycleEvent.ComponentReleasing.class).component().equals("postgres")) {
        assertThat(probe(stand.port, "/livez").status()).isEqualTo(200);
      }
      assertThat(probe(stand.port, "/livez").status()).isEqualTo(200);
      release.complete();
      ManagedApp.await(stop);
      List<Probe> probes = probing.get(ManagedApp.PATIENCE_SECONDS, TimeUnit.SECONDS);

      long announced = at(events, LifecycleEvent.StopBegan.class);
      long stopped = at(events, LifecycleEvent.Stopped.class);
      assertThat(probes).anyMatch(one -> one.status == 503);
      for (Probe one : probes) {
        if (one.path.equals("/readyz") && one.asked > announced) {
          assertThat(one.status).as("%s", one).isIn(503, REFUSED);
        }
        if (one.answered < stopped) {
          assertThat(one.status).as("%s", one).isNotEqualTo(REFUSED);
        }
        if (one.path.equals("/livez")) {
          assertThat(one.status).as("%s", one).isIn(200, REFUSED);
        }
      }
    }
  }

  private static long at(List<LifecycleEvent> events, Class<? extends LifecycleEvent> kind) {
    return events.stream().filter(kind::isInstance).findFirst().orElseThrow().at();
  }
}
