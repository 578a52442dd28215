package io.github.vertxlifecycle.http;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.junit5.BlockedThread;
import io.github.vertxlifecycle.junit5.Faults;
import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.StallingClient;
import io.github.vertxlifecycle.junit5.Step;
import io.github.vertxlifecycle.junit5.StepFault;
import io.github.vertxlifecycle.junit5.StopResult;
import io.github.vertxlifecycle.junit5.TalkingApp;
import io.github.vertxlifecycle.rollout.Wait;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that stop in the middle, and an application that stops meanwhile. */
@Tag("integration")
final class StallingClientTest {

  private final StepFault late = Faults.neverEnding("store", Step.DRAIN);

  @RegisterExtension
  final LifecycleExtension app =
      LifecycleExtension.of(TalkingApp::new).config("http.drainTimeout = 3s").with(late);

  private StopResult stop() {
    late.end();
    return app.stop();
  }

  @Test
  void halfAHeadIsCutAndNamed() {
    try (StallingClient client = StallingClient.inHead(app.port(), "/hello")) {
      assertThat(stop().cut().get("http"))
          .singleElement()
          .asString()
          .contains("head has not come whole", ":" + client.localPort());
      assertThat(client.answer()).doesNotContain("200");
    }
  }

  @Test
  void aHeadThatGoesOnIsAnswered() {
    try (StallingClient client = StallingClient.inHead(app.port(), "/hello")) {
      assertThat(client.goOn().answer()).startsWith("HTTP/1.1 200 OK").endsWith("hello");
    }
    assertThat(stop()).isClean();
  }

  @Test
  void halfABodyIsCutAndNamed() throws Exception {
    try (StallingClient client = StallingClient.inBody(app.port(), "/hello", "{\"a\": 1}")) {
      awaitWork();
      assertThat(stop().cut().get("http"))
          .singleElement()
          .asString()
          .contains("POST /hello", ":" + client.localPort());
      assertThat(client.goOn().answer()).doesNotContain("200");
    }
  }

  /** The half request has to be there before the stop. */
  private void awaitWork() throws Exception {
    Wait.until(Duration.ofMinutes(2), () -> "the request never came", this::hasWork);
  }

  private boolean hasWork() {
    return app.application().view().now().components().stream()
        .anyMatch(one -> one.name().equals("http") && !one.stats().inFlight().isEmpty());
  }

  @Test
  void aBodyThatGoesOnIsAnsweredDuringTheStop() throws Exception {
    try (StallingClient client = StallingClient.inBody(app.port(), "/hello", "{\"a\": 1}")) {
      awaitWork();
      Future<StopResult> stop = app.application().beginStop();
      assertThat(client.goOn().answer()).endsWith("hello to you");
      late.awaitHappened();
      late.end();
      assertThat(app.stop()).isClean();
      assertThat(stop.isComplete()).isTrue();
    }
  }

  @Test
  void anAnswerThatNobodyReadsIsCut() throws Exception {
    try (StallingClient client = StallingClient.inAnswer(app.port(), "/big")) {
      awaitWork();
      assertThat(stop().cut().get("http")).singleElement().asString().contains("GET /big");
      assertThat(client.localPort()).isPositive();
    }
  }

  @Test
  void anAnswerThatIsReadAfterAllIsWhole() throws Exception {
    try (StallingClient client = StallingClient.inAnswer(app.port(), "/big")) {
      awaitWork();
      assertThat(client.answer()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(16 * 1024 * 1024);
    }
    assertThat(stop()).isClean();
  }

  @Test
  void aClientWhoseMachineIsGoneIsNoWork() throws Exception {
    StallingClient client = StallingClient.inBody(app.port(), "/hello", "{\"a\": 1}");
    awaitWork();
    client.reset();
    assertThat(stop()).cutNothing();
  }

  @Test
  void aServerWhoseThreadIsBlockedAnswersWhenItIsFree() {
    try (StallingClient client = StallingClient.inHead(app.port(), "/hello")) {
      try (BlockedThread blocked = app.application().blockThread("http")) {
        client.goOn();
        assertThat(blocked.isBlocked()).isTrue();
      }
      assertThat(client.answer()).endsWith("hello");
    }
    assertThat(stop()).isClean();
  }
}
