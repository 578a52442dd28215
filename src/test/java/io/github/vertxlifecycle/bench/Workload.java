package io.github.vertxlifecycle.bench;

import java.io.IOException;

/** What clients do to a server, and what it may cost on the toolkit. */
enum Workload {
  ROUTE("hello by a route, HTTP/1.1", 64, 1, Limited.PROCESSOR, 1.02),
  PIPELINED("hello by a route, HTTP/1.1 pipelined 16 deep", 64, 16, Limited.PROCESSOR, 1.03),
  HTTP2("hello by a route, HTTP/2, 8 streams each", 16, 8, Limited.PROCESSOR, 1.03),
  POST("POST of 1 kB of JSON, HTTP/1.1", 64, 1, Limited.PROCESSOR, 1.02),
  /** The toolkit always has a router, so that a route for everything is as near as it comes. */
  PLAIN("hello by one route for everything, HTTP/1.1", 64, 1, Limited.THROUGHPUT, 0.97),
  READ("one PostgreSQL read, HTTP/1.1", 64, 1, Limited.THROUGHPUT, 0.98);

  /** Which ratio must hold. */
  enum Limited {
    /** Processor time per request, at most. */
    PROCESSOR,
    /** Requests per second, at least. */
    THROUGHPUT
  }

  private final String what;
  private final int connections;
  private final int depth;
  private final Limited limited;
  private final double limit;

  Workload(String what, int connections, int depth, Limited limited, double limit) {
    this.what = what;
    this.connections = connections;
    this.depth = depth;
    this.limited = limited;
    this.limit = limit;
  }

  ClosedLoop clients(ServerProcess server) throws IOException {
    return new ClosedLoop(
        connections,
        switch (this) {
          case ROUTE, PIPELINED ->
              Http1Conversation.opening(server.port(), Http1Request.get(BenchRoutes.HELLO), depth);
          case POST ->
              Http1Conversation.opening(
                  server.port(), Http1Request.postJson(BenchRoutes.JSON), depth);
          case READ ->
              Http1Conversation.opening(server.port(), Http1Request.get(BenchRoutes.READ), depth);
          case PLAIN ->
              Http1Conversation.opening(
                  server.plainPort(), Http1Request.get(BenchRoutes.HELLO), depth);
          case HTTP2 -> () -> new Http2Conversation(server.port(), BenchRoutes.HELLO, depth);
        });
  }

  Row row(Comparison<Turn> turns) {
    double[] processor = turns.ratios(Turn::micros);
    double[] throughput = turns.ratios(Turn::perSecond);
    return new Row(
        "processor time per request; requests per second: %s, %s connections"
            .formatted(what, connections),
        "%s, ratio %s; %s, ratio %s"
            .formatted(
                Figures.of(turns.ours(Turn::micros), "µs"),
                Figures.spread(processor),
                Figures.of(turns.ours(Turn::perSecond), "/s"),
                Figures.spread(throughput)),
        this == PLAIN
            ? "a handler on bare Vert.x, without a router"
            : "the same handler on bare Vert.x",
        Figures.of(turns.theirs(Turn::micros), "µs")
            + "; "
            + Figures.of(turns.theirs(Turn::perSecond), "/s"),
        limited == Limited.PROCESSOR ? "time ≤ " + limit : "requests ≥ " + limit,
        limited == Limited.PROCESSOR
            ? Figures.median(processor) <= limit
            : Figures.median(throughput) >= limit);
  }
}
