package io.github.vertxlifecycle.chaos;

import io.github.vertxlifecycle.http.HttpClientConnection;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * ChaosClients of the service, good and bad, and their own count. Each request they sent ends in
 * exactly one of: completed, refused, unanswered.
 */
final class ChaosClients {

  private final int port;
  private final int faultsPort;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Set when no new connections are made any more, as by a balancer that has seen readiness go
   * down.
   */
  private volatile boolean leaving;

  /** Codes answered with 201. */
  final Map<String, String> created = new ConcurrentHashMap<>();

  /** Redirects answered with 302, by code. */
  final Map<String, LongAdder> redirected = new ConcurrentHashMap<>();

  /** Requests for redirects, by code. */
  final Map<String, LongAdder> asked = new ConcurrentHashMap<>();

  /** Requests to the service itself. */
  final Tally http = new Tally();

  /** Requests to the handlers that misbehave. */
  final Tally faults = new Tally();

  /** Requests for new links that may or may not have been kept. */
  final AtomicInteger maybeCreated = new AtomicInteger();

  ChaosClients(int port, int faultsPort) {
    this.port = port;
    this.faultsPort = faultsPort;
  }

  private interface Client {
    void run() throws IOException;
  }

  private void start(String name, Client client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                client.run();
              } catch (IOException e) {
                // its requests have been counted; it leaves
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  // ── good ones ──────────────────────────────────────────────────────────────────────────────────

  /** Starts clients that make links and follow them; each has had one made when this returns. */
  void work(int count, Random random) throws InterruptedException {
    CountDownLatch busy = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Random own = new Random(random.nextLong());
      start("client " + i, () -> work(own, busy));
    }
    if (!busy.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the service answers too slowly or not at all: " + this);
    }
  }

  private void work(Random random, CountDownLatch busy) {
    List<String> codes = new ArrayList<>();
    while (!leaving) {
      try (HttpClientConnection connection = new HttpClientConnection(port)) {
        boolean stay = true;
        while (stay) {
          stay =
              (codes.isEmpty() || random.nextInt(4) == 0)
                  ? create(connection, codes, random)
                  : follow(connection, codes.get(random.nextInt(codes.size())));
          if (!codes.isEmpty()) {
            busy.countDown();
          }
        }
      } catch (IOException e) {
        LockSupport.parkNanos(
            TimeUnit.MILLISECONDS.toNanos(20)); // for the next process, if there is one
      }
    }
  }

  private boolean create(HttpClientConnection connection, List<String> codes, Random random)
      throws IOException {
    String url = "https://example.com/" + random.nextLong();
    HttpClientConnection.Answer answer;
    http.sent(connection.localPort());
    try {
      connection.send(
          HttpClientConnection.post("/links", new JsonObject().put("url", url).encode()));
      answer = connection.read();
    } catch (IOException e) {
      maybeCreated.incrementAndGet();
      http.unanswered(connection.localPort());
      throw e;
    }
    if (answer.status() == 201) {
      String code = new JsonObject(answer.body()).getString("code");
      codes.add(code);
      created.put(code, url);
      http.completed();
    } else {
      maybeCreated.incrementAndGet();
      http.refused(answer.status());
    }
    return !answer.saysClose();
  }

  private boolean follow(HttpClientConnection connection, String code) throws IOException {
    asked.computeIfAbsent(code, c -> new LongAdder()).increment();
    HttpClientConnection.Answer answer = ask(connection, "/" + code);
    if (answer.status() == 302) {
      redirected.computeIfAbsent(code, c -> new LongAdder()).increment();
      http.completed();
    } else {
      http.refused(answer.status());
    }
    return !answer.saysClose();
  }

  private HttpClientConnection.Answer ask(HttpClientConnection connection, String path)
      throws IOException {
    http.sent(connection.localPort());
    try {
      return connection.request(path);
    } catch (IOException e) {
      http.unanswered(connection.localPort());
      throw e;
    }
  }

  /** Whether one link can be made and followed now. */
  boolean served() {
    List<String> codes = new ArrayList<>();
    try (HttpClientConnection connection = new HttpClientConnection(port)) {
      return create(connection, codes, new Random(1))
          && !codes.isEmpty()
          && follow(connection, codes.get(0))
          && redirected.containsKey(codes.get(0));
    } catch (IOException e) {
      return false;
    }
  }

  // ── bad ones ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Starts clients that send a handler that misbehaves one request each; returns when all have sent
   * it.
   */
  void askFaulty(String path, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      HttpClientConnection connection = new HttpClientConnection(faultsPort);
      int local = connection.localPort();
      faults.sent(local);
      connection.send(HttpClientConnection.get(path));
      start(
          path + " " + i,
          () -> {
            try (connection) {
              connection.read();
              faults.completed();
            } catch (IOException e) {
              faults.unanswered(local);
            }
          });
    }
  }

  /** Sends a request and resets the connection at once, a number of times. */
  void vanish(int count, Random random) throws IOException {
    for (int i = 0; i < count; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        String url = new JsonObject().put("url", "https://example.com/" + i).encode();
        http.sent(socket.getLocalPort());
        http.unanswered(socket.getLocalPort());
        write(socket, HttpClientConnection.post("/links", url));
        maybeCreated.incrementAndGet();
        if (random.nextBoolean()) {
          socket.setSoLinger(true, 0);
        }
      }
    }
  }

  /** Sends half a request head and waits until the server has had enough. */
  void stall(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      write(socket, "GET /links/none HTTP/1.1\r\nHost: te");
      start(
          "stalling " + i,
          () -> {
            try (socket) {
              socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            }
          });
    }
  }

  /** Sends a request and half of its body, and waits until the server has had enough. */
  void stallInBody(int count) throws IOException {
    String request = HttpClientConnection.post("/links", "{\"url\":\"https://example.com/\"}");
    for (int i = 0; i < count; i++) {
      HttpClientConnection connection = new HttpClientConnection(port);
      int local = connection.localPort();
      http.sent(local);
      connection.send(request.substring(0, request.length() - 10));
      start(
          "stalling in a body " + i,
          () -> {
            try (connection) {
              http.refused(connection.read().status());
            } catch (IOException e) {
              http.unanswered(local);
            }
          });
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Opens many connections at once; each requests once a link that does not exist, and stays. */
  void flood(int count) {
    for (int i = 0; i < count; i++) {
      start(
          "flood " + i,
          () -> {
            try (HttpClientConnection connection = new HttpClientConnection(port)) {
              ask(connection, "/links/none");
              http.completed();
              connection.isAtEnd();
            }
          });
    }
  }

  // ── the end ────────────────────────────────────────────────────────────────────────────────────

  /** From here on no client connects anew. */
  void leave() {
    leaving = true;
  }

  /** Waits until all have left. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(90));
      if (thread.isAlive()) {
        throw new IllegalStateException(thread.getName() + " still waits for an answer");
      }
    }
  }

  @Override
  public String toString() {
    return http.sums(List.of()).plus(faults.sums(List.of())).toString();
  }
}
