package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.sample.LinksProcess;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One client attacks, the others are answered, and the stop after it has nothing to cut. */
@Tag("integration")
@Tag("slow")
final class HttpAttacksTest extends ServerTest {

  @Override
  HttpServerOptions more(HttpServerOptions options) {
    return AttackedApp.options(options);
  }

  @Override
  void more(Server server, Router router) {
    AttackedApp.addTo(server, router);
  }

  private static CompletableFuture<Void> begin(HttpAttack attack, int port) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            attack.run(port);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        command -> new Thread(command, attack.name()).start());
  }

  private static void answersOthersDuring(CompletableFuture<Void> attack, int port)
      throws Exception {
    try (HttpClientConnection http1 = new HttpClientConnection(port);
        Http2Wire http2 = new Http2Wire(port)) {
      int stream = 1;
      do {
        assertThat(http1.request("/hello").body()).isEqualTo("hello");
        http2.get(stream, "/hello");
        http2.readAnswer(stream);
        stream += 2;
      } while (!attack.isDone());
    }
    attack.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try (HttpClientConnection later = new HttpClientConnection(port)) {
      assertThat(later.request("/hello").body()).isEqualTo("hello");
    }
  }

  @ParameterizedTest
  @EnumSource
  void doesNotKeepOthersFromTheirAnswersNorTheStopFromItsEnd(HttpAttack attack) throws Exception {
    App app = start();
    answersOthersDuring(begin(attack, port), port);
    await(app.stop(STOP));
    assertThat(stopped().outcome()).hasToString("CLEAN");
  }

  @Test
  void allAtOnceFindRoomInASmallHeap(@TempDir Path directory) throws Exception {
    try (LinksProcess process =
        LinksProcess.start(
            directory,
            http(),
            AttackedApp.class,
            Map.of(),
            List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError"),
            List.of())) {
      int serves = process.awaitPort();
      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              Stream.of(HttpAttack.values())
                  .map(attack -> begin(attack, serves))
                  .toArray(CompletableFuture<?>[]::new));
      answersOthersDuring(all, serves);
      process.signal("TERM");
      assertThat(process.awaitExit()).as(process.output()).isZero();
      assertThat(process.report().getString("outcome")).isEqualTo("CLEAN");
      assertThat(process.output()).doesNotContain("OutOfMemory");
    }
  }
}
