package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients of the links service that make links and follow them as fast as they are answered, each
 * on one keep-alive connection, until the server asks them to leave; and their own count of the
 * answers.
 */
final class LinksLoad {

  private final int port;
  private final List<Thread> clients = new ArrayList<>();
  private final CountDownLatch busy;

  /** Codes answered with 201. */
  final Map<String, String> created = new ConcurrentHashMap<>();

  /** Redirects answered with 302, by code. */
  final Map<String, LongAdder> redirected = new ConcurrentHashMap<>();

  /** Requests for redirects, by code; some may not have been answered. */
  final Map<String, LongAdder> asked = new ConcurrentHashMap<>();

  /** Requests fully written whose answer never came. */
  final AtomicInteger lost = new AtomicInteger();

  /** Answers that were neither 201 nor 302. */
  final AtomicInteger shed = new AtomicInteger();

  private LinksLoad(int port, int clients) {
    this.port = port;
    this.busy = new CountDownLatch(clients);
  }

  /** Starts clients; each has had a link made when this returns. */
  static LinksLoad start(int port, int clients, long seed) throws InterruptedException {
    LinksLoad load = new LinksLoad(port, clients);
    for (int i = 0; i < clients; i++) {
      Random random = new Random(seed + i);
      Thread thread = new Thread(() -> load.client(random), "client-" + i);
      thread.setDaemon(true);
      load.clients.add(thread);
      thread.start();
    }
    if (!load.busy.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the service answers too slowly or not at all");
    }
    return load;
  }

  /** Waits until every client has left or lost its connection. */
  void join() throws InterruptedException {
    for (Thread client : clients) {
      client.join(TimeUnit.SECONDS.toMillis(90));
      if (client.isAlive()) {
        throw new IllegalStateException(client.getName() + " still waits for an answer");
      }
    }
  }

  private void client(Random random) {
    try (HttpClientConnection connection = new HttpClientConnection(port)) {
      List<String> codes = new ArrayList<>();
      boolean stay = true;
      while (stay) {
        stay =
            (codes.isEmpty() || random.nextInt(4) == 0)
                ? create(connection, codes, random)
                : follow(connection, codes.get(random.nextInt(codes.size())));
        busy.countDown();
      }
    } catch (IOException e) {
      lost.incrementAndGet();
    }
  }

  private boolean create(HttpClientConnection connection, List<String> codes, Random random)
      throws IOException {
    String url = "https://example.com/" + random.nextLong();
    connection.send(HttpClientConnection.post("/links", new JsonObject().put("url", url).encode()));
    HttpClientConnection.Answer answer = connection.read();
    if (answer.status() == 201) {
      String code = new JsonObject(answer.body()).getString("code");
      codes.add(code);
      created.put(code, url);
    } else {
      shed.incrementAndGet();
    }
    return !answer.saysClose();
  }

  private boolean follow(HttpClientConnection connection, String code) throws IOException {
    asked.computeIfAbsent(code, c -> new LongAdder()).increment();
    HttpClientConnection.Answer answer = connection.request("/" + code);
    if (answer.status() == 302) {
      redirected.computeIfAbsent(code, c -> new LongAdder()).increment();
    } else {
      shed.incrementAndGet();
    }
    return !answer.saysClose();
  }

  private static long sum(Map<String, LongAdder> counts) {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  @Override
  public String toString() {
    return "%d links, %d redirects, %d lost, %d shed"
        .formatted(created.size(), sum(redirected), lost.get(), shed.get());
  }
}
