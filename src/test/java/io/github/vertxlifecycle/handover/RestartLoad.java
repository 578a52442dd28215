package io.github.vertxlifecycle.handover;

import io.github.vertxlifecycle.http.HttpClientConnection;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that ask without a pause, and would notice a gap: some keep their connection until they
 * are told to leave it, and come back at once; others open one for each request, as proxies do.
 * Half of the requests are POSTs with a body.
 */
public final class RestartLoad implements AutoCloseable {

  private static final String GET = HttpClientConnection.get("/work");
  private static final String POST = HttpClientConnection.post("/work", "x".repeat(2_000));
  private static final int MOST_PROBLEMS = 20;
  private static final long PATIENCE_SECONDS = 60;

  private final int port;
  private final boolean tls;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private final AtomicInteger shed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger failedPosts = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /**
   * Begins.
   *
   * @param keeping how many clients keep their connection
   * @param opening how many open one for each request
   */
  public RestartLoad(int port, boolean tls, int keeping, int opening) {
    this.port = port;
    this.tls = tls;
    for (int i = 0; i < keeping; i++) {
      String request = i % 2 == 0 ? GET : POST;
      begin(() -> keep(request));
    }
    for (int i = 0; i < opening; i++) {
      String request = i % 2 == 0 ? GET : POST;
      begin(() -> open(request));
    }
  }

  private void begin(Runnable client) {
    Thread thread = new Thread(client, "load-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void keep(String request) {
    while (!over) {
      try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
        boolean stays = true;
        while (stays && !over) {
          stays = !ask(client, request).saysClose();
        }
      } catch (ConnectException e) {
        refused(request, e);
      } catch (IOException e) {
        lost("keeping", request, e);
      }
    }
  }

  private void open(String request) {
    while (!over) {
      try (HttpClientConnection client = new HttpClientConnection(port, tls)) {
        ask(client, request);
      } catch (ConnectException e) {
        refused(request, e);
      } catch (IOException e) {
        lost("opening", request, e);
      }
    }
  }

  private HttpClientConnection.Answer ask(HttpClientConnection client, String request)
      throws IOException {
    long began = System.nanoTime();
    client.send(request);
    HttpClientConnection.Answer answer = client.read();
    slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
    if (answer.status() == 200) {
      answered.incrementAndGet();
    } else {
      shed.incrementAndGet();
      failed(request, "status " + answer.status());
    }
    return answer;
  }

  private void lost(String kind, String request, IOException e) {
    lost.incrementAndGet();
    failed(request, kind + ": " + e);
  }

  private void refused(String request, IOException e) {
    refused.incrementAndGet();
    failed(request, "refused: " + e);
    try {
      TimeUnit.MILLISECONDS.sleep(1); // nobody asks faster than that
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      over = true;
    }
  }

  private void failed(String request, String problem) {
    boolean post = request.equals(POST);
    if (post) {
      failedPosts.incrementAndGet();
    }
    if (problems.size() < MOST_PROBLEMS) {
      problems.add((post ? "POST, " : "GET, ") + problem);
    }
  }

  /** Waits until so many more requests have been answered. */
  public RestartLoad awaitAnswers(int more) throws InterruptedException {
    int enough = answered.get() + more;
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (answered.get() < enough) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException("nobody answers any more: " + this);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return this;
  }

  /** Ends; each client waits for the answer that it waits for. */
  public RestartLoad end() throws InterruptedException {
    over = true;
    for (Thread one : threads) {
      one.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }
    return this;
  }

  public int answered() {
    return answered.get();
  }

  /** Requests that were sent, or whose connection was let in, and that were not answered. */
  public int lost() {
    return lost.get();
  }

  /** Requests that were answered, but not with 200. */
  public int shed() {
    return shed.get();
  }

  /** Connections that were refused. */
  public int refused() {
    return refused.get();
  }

  /** How many of those that were lost, shed or refused are POSTs. */
  public int failedPosts() {
    return failedPosts.get();
  }

  /** From a request that was sent to its answer, the longest, in milliseconds. */
  public long slowestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(slowest.get());
  }

  @Override
  public void close() {
    over = true;
  }

  @Override
  public String toString() {
    return "%d answered, %d lost, %d shed, %d refused, slowest %d ms; %s"
        .formatted(answered(), lost(), shed(), refused(), slowestMillis(), problems);
  }
}
