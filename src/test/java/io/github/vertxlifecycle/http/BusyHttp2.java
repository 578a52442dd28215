package io.github.vertxlifecycle.http;

import java.io.IOException;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Busy clients on HTTP/2 connections with several streams each, a thread per connection. */
final class BusyHttp2 extends BusyClients {

  private final Queue<Http2Wire> clients = new ConcurrentLinkedQueue<>();

  BusyHttp2(int connections, int streams, int port, boolean tls, String path) {
    this(connections, streams, connections * streams * 3, port, tls, path);
  }

  BusyHttp2(int connections, int streams, int answers, int port, boolean tls, String path) {
    super(connections, answers);
    for (int i = 0; i < connections; i++) {
      begin(() -> beBusy(streams, port, tls, path));
    }
  }

  private void beBusy(int streams, int port, boolean tls, String path) {
    Set<Integer> open = new HashSet<>();
    try (Http2Wire client = new Http2Wire(port, tls)) {
      clients.add(client);
      talk(client, streams, path, open);
    } catch (IOException e) {
      if (open.isEmpty()) {
        lost(); // it could not even connect
      }
    } finally {
      open.forEach(stream -> lost());
    }
  }

  /** Until it is told to leave and all its streams are answered, or the connection ends. */
  private void talk(Http2Wire client, int streams, String path, Set<Integer> open)
      throws IOException {
    int next = 1;
    while (next < 2 * streams) {
      open.add(next);
      client.get(next, path);
      next += 2;
    }
    boolean told = false;
    Set<Integer> ok = new HashSet<>();
    while (!open.isEmpty()) {
      Http2Wire.Frame frame =
          client.next(
              Http2Wire.HEADERS,
              Http2Wire.DATA,
              Http2Wire.RST_STREAM,
              Http2Wire.PING,
              Http2Wire.GOAWAY);
      if (frame == null) {
        return;
      }
      switch (frame.type()) {
        case Http2Wire.GOAWAY -> told = true;
        case Http2Wire.PING -> client.acknowledge(frame);
        case Http2Wire.RST_STREAM -> {
          open.remove(frame.stream());
          lost();
        }
        default -> {
          if (frame.type() == Http2Wire.HEADERS && frame.saysOk()) {
            ok.add(frame.stream());
          }
          client.consumed(frame);
          if (frame.has(Http2Wire.END_STREAM)) {
            open.remove(frame.stream());
            answered(ok.remove(frame.stream()) ? 200 : 0);
            if (!told) {
              open.add(next);
              client.get(next, path);
              next += 2;
            }
          }
        }
      }
    }
  }

  @Override
  public void close() {
    super.close();
    clients.forEach(BusyHttp2::close); // a thread that reads is not to be interrupted
  }

  private static void close(Http2Wire client) {
    try {
      client.close();
    } catch (IOException e) {
      // it has closed
    }
  }
}
