package io.github.vertxlifecycle.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The processor time of one decoded request, ours against the decoder that Vert.x would use and
 * against Netty's, taken by turns in one JVM. To be run by hand.
 */
public final class DecoderMeasure {

  private static final int REQUESTS = 20_000;
  private static final int ROUNDS = 40;
  private static final int WARM_UP = 15;

  private static final String SHORT =
      "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: wrk\r\n\r\n";
  private static final String BROWSER =
      """
      GET /links/abcdef?from=mail&lang=de HTTP/1.1
      Host: links.example.com
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
      Accept-Language: de,en-US;q=0.7,en;q=0.3
      Accept-Encoding: gzip, deflate, br, zstd
      Connection: keep-alive
      Cookie: session=0123456789abcdef0123456789abcdef; theme=dark
      Upgrade-Insecure-Requests: 1
      Sec-Fetch-Dest: document
      Sec-Fetch-Mode: navigate
      Sec-Fetch-Site: none

      """
          .replace("\n", "\r\n");
  private static final String POST =
      "POST /links HTTP/1.1\r\nHost: localhost:8080\r\nContent-Type: application/json\r\n"
          + "Content-Length: 20\r\n\r\n{\"target\":\"abcdefg\"}";

  /** As Vert.x makes it. */
  private static final class PlainDecoder extends HttpRequestDecoder {
    @SuppressWarnings("deprecation") // as Vert.x does
    PlainDecoder(HttpServerOptions options) {
      super(
          options.getMaxInitialLineLength(),
          options.getMaxHeaderSize(),
          options.getMaxChunkSize(),
          true,
          options.getDecoderInitialBufferSize());
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
      return new DefaultHttpRequest(
          HttpVersion.valueOf(line[2]),
          HttpMethod.valueOf(line[0]),
          line[1],
          (HttpHeaders) (Object) io.vertx.core.http.HttpHeaders.headers());
    }
  }

  private DecoderMeasure() {}

  /** Prints a line for each kind of request. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    HttpServerOptions options = new HttpServerOptions();
    List<Supplier<HttpRequestDecoder>> decoders =
        List.of(
            () -> new StrictRequestDecoder(options, fault -> {}),
            () -> new PlainDecoder(options),
            HttpRequestDecoder::new);
    List<String> names = List.of("short", "browser", "post");
    List<String> requests = List.of(SHORT, BROWSER, POST);
    for (int kind = 0; kind < requests.size(); kind++) {
      List<List<Double>> nanos = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (int round = 0; round < ROUNDS; round++) {
        for (int turn = 0; turn < decoders.size(); turn++) {
          int one = (turn + round) % decoders.size();
          double took = nanos(decoders.get(one).get(), requests.get(kind));
          if (round >= WARM_UP) {
            nanos.get(one).add(took);
          }
        }
      }
      double ours = median(nanos.get(0));
      double vertxs = median(nanos.get(1));
      double nettys = median(nanos.get(2));
      System.out.printf(
          java.util.Locale.ROOT,
          "%-8s ours %.0f ns, Vert.x's %.0f ns (%.2f), Netty's %.0f ns (%.2f)%n",
          names.get(kind),
          ours,
          vertxs,
          ours / vertxs,
          nettys,
          ours / nettys);
    }
  }

  private static double nanos(HttpRequestDecoder decoder, String request) {
    ByteBuf bytes = Unpooled.directBuffer();
    bytes.writeCharSequence(request, StandardCharsets.US_ASCII);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < REQUESTS; i++) {
      channel.writeInbound(bytes.retainedDuplicate());
      for (Object part = channel.readInbound(); part != null; part = channel.readInbound()) {
        ReferenceCountUtil.release(part);
      }
    }
    long took = threads.getCurrentThreadCpuTime() - before;
    channel.finishAndReleaseAll();
    bytes.release();
    return (double) took / REQUESTS;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
