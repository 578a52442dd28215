package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.junit5.ApplicationProcess;
import io.github.vertxlifecycle.junit5.ProcessEnd;
import io.github.vertxlifecycle.junit5.Signal;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
  void allAtOnceFindRoomInASmallHeap() throws Exception {
    try (ApplicationProcess process =
        ApplicationProcess.of(AttackedApp.class)
            .config(http().encode())
            .jvm("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")
            .start()) {
      int serves = process.started().port("http");
      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              Stream.of(HttpAttack.values())
                  .map(attack -> begin(attack, serves))
                  .toArray(CompletableFuture<?>[]::new));
      answersOthersDuring(all, serves);
      ProcessEnd end = process.signal(Signal.TERM).ends().exitedWith(0);
      assertThat(end.report().outcome()).isEqualTo(Outcome.CLEAN);
      assertThat(end.output()).doesNotContain("OutOfMemory");
    }
  }
}
