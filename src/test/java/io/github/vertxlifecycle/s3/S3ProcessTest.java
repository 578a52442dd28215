package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.sample.LinksProcess;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process with a big upload in flight, a real SIGTERM, a real server. */
@Tag("integration")
final class S3ProcessTest {

  @TempDir Path directory;

  private TestServer server;
  private BucketView storage;

  @BeforeEach
  void start() {
    server = TestServer.s3(directory.resolve("s3")).start();
    storage = new BucketView(server.uri());
  }

  @AfterEach
  void stop() {
    storage.close();
    server.close();
  }

  private LinksProcess process(JsonObject keys, Map<String, String> environment) throws Exception {
    LinksProcess process =
        LinksProcess.start(
            directory,
            new JsonObject().put("s3", BucketView.section(server.uri()).mergeIn(keys)),
            UploadApp.class,
            environment);
    process.awaitLine(Pattern.compile("Started in"));
    while (!storage.uploads().contains(UploadApp.KEY)) {
      Thread.onSpinWait();
    }
    return process;
  }

  /** The files in the server's directory of the bucket: objects, parts, temporary files. */
  private List<String> files() throws IOException {
    Path bucket = directory.resolve("s3").resolve("data").resolve(TestServer.BUCKET);
    try (Stream<Path> all = Files.walk(bucket)) {
      return all.filter(Files::isRegularFile)
          .map(one -> bucket.relativize(one).toString())
          .toList();
    }
  }

  @Test
  void anUploadInFlightAtSigtermIsCompleteByteForByte() throws Exception {
    try (LinksProcess process = process(new JsonObject(), Map.of())) {
      process.signal("TERM");

      assertThat(process.awaitExit()).as(process.output()).isZero();
      String sha256 = process.awaitLine(Pattern.compile("uploaded ([0-9a-f]{64})"));
      assertThat(storage.sha256(UploadApp.KEY)).isEqualTo(sha256);
      assertThat(storage.uploads()).isEmpty();
      assertThat(files()).containsExactly(UploadApp.KEY);
      assertThat(process.report().getString("outcome")).isEqualTo("CLEAN");
    }
  }

  @Test
  void anUploadThatIsCutIsAbsentWithNothingLeftOver() throws Exception {
    try (LinksProcess process =
        process(
            new JsonObject().put("drainTimeout", "300ms").put("releaseTimeout", "10s"),
            Map.of("STALL", "yes"))) {
      process.signal("TERM");

      assertThat(process.awaitExit()).as(process.output()).isEqualTo(124);
      assertThat(storage.uploads()).isEmpty();
      assertThat(storage.keys()).isEmpty();
      assertThat(files()).isEmpty();
      assertThat(process.report().encode()).contains("\"PUT things/100mb\"");
    }
  }
}
