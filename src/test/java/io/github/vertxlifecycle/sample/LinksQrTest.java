package io.github.vertxlifecycle.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.http.HttpClientConnection;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with {@code conf/qr.conf}: with QR codes, on servers of its own. */
@Tag("integration")
final class LinksQrTest {

  private static final Pattern SIZE = Pattern.compile("viewBox=\"0 0 ([0-9]+) ([0-9]+)\"");
  private static final Pattern RUN = Pattern.compile("M([0-9]+) ([0-9]+)h([0-9]+)v1");
  private static final int QUIET_ZONE = 4;

  @TempDir Path directory;

  /** The configuration of that file, on free ports and in a directory of the test's. */
  static JsonObject config(Path directory) {
    JsonObject config =
        new JsonObject(
            ConfigFactory.parseFile(new File("conf/qr.conf"))
                .resolve()
                .root()
                .render(ConfigRenderOptions.concise()));
    for (String server : List.of("embedded-postgres", "embedded-redis", "embedded-s3")) {
      config
          .getJsonObject(server)
          .put("port", 0)
          .put("dataDir", directory.resolve(server).toString());
    }
    config.getJsonObject("postgres").put("server", "embedded-postgres").remove("uri");
    config.getJsonObject("redis").put("server", "embedded-redis").remove("uri");
    config.getJsonObject("http").put("port", 0);
    config.getJsonObject("management").put("port", 0);
    return config;
  }

  private static HttpClientConnection.Answer get(int port, String path) throws Exception {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      return client.request(path);
    }
  }

  private static String create(int port) throws Exception {
    try (HttpClientConnection client = new HttpClientConnection(port)) {
      client.send(HttpClientConnection.post("/links", "{\"url\":\"https://example.com\"}"));
      return new JsonObject(client.read().body()).getString("code");
    }
  }

  private static String decoded(String svg) throws Exception {
    Matcher size = SIZE.matcher(svg);
    assertThat(size.find()).as(svg).isTrue();
    int modules = Integer.parseInt(size.group(1)) - 2 * QUIET_ZONE;
    BitMatrix matrix = new BitMatrix(modules);
    Matcher run = RUN.matcher(svg);
    while (run.find()) {
      matrix.setRegion(
          Integer.parseInt(run.group(1)) - QUIET_ZONE,
          Integer.parseInt(run.group(2)) - QUIET_ZONE,
          Integer.parseInt(run.group(3)),
          1);
    }
    return new Decoder().decode(matrix).getText();
  }

  @Test
  void drawsKeepsAndStopsInOrder() throws Exception {
    try (ApplicationProcess process = Servers.links(config(directory)).start()) {
      int port = process.started().port("http");
      String code = create(port);

      HttpClientConnection.Answer drawn = get(port, "/links/" + code + "/qr");
      assertThat(drawn.status()).isEqualTo(200);
      assertThat(drawn.headers()).containsEntry("content-type", "image/svg+xml");
      assertThat(decoded(drawn.body())).isEqualTo("http://127.0.0.1:8080/" + code);

      Path kept = directory.resolve("embedded-s3/data/links/qr/" + code + ".svg");
      assertThat(Files.readString(kept)).isEqualTo(drawn.body());
      assertThat(get(port, "/links/" + code + "/qr").body()).isEqualTo(drawn.body());
      assertThat(get(port, "/links/never/qr").status()).isEqualTo(404);

      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(0);
      assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.stopped()).containsSubsequence("http", "qr", "s3", "embedded-s3");
    }
  }
}
