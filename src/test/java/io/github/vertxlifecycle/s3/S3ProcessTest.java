package io.github.vertxlifecycle.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationCommand;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private ApplicationCommand app(JsonObject keys) {
    JsonObject config = new JsonObject().put("s3", BucketView.section(server.uri()).mergeIn(keys));
    return ApplicationProcess.of(UploadApp.class).config(config.encode());
  }

  private ApplicationProcess uploading(ApplicationCommand app) {
    ApplicationProcess process = app.start().started();
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
    try (ApplicationProcess process = uploading(app(new JsonObject()))) {
      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(0);

      String sha256 = process.says(Pattern.compile("uploaded ([0-9a-f]{64})")).group(1);
      assertThat(storage.sha256(UploadApp.KEY)).isEqualTo(sha256);
      assertThat(storage.uploads()).isEmpty();
      assertThat(files()).containsExactly(UploadApp.KEY);
      assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
    }
  }

  @Test
  void anUploadThatIsCutIsAbsentWithNothingLeftOver() throws Exception {
    JsonObject keys = new JsonObject().put("drainTimeout", "300ms").put("releaseTimeout", "10s");
    try (ApplicationProcess process = uploading(app(keys).environment("STALL", "yes"))) {
      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(124);

      assertThat(storage.uploads()).isEmpty();
      assertThat(storage.keys()).isEmpty();
      assertThat(files()).isEmpty();
      assertThat(end.report().toText()).contains("cut PUT things/100mb");
    }
  }
}
