package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.StopReason;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An extension that ServiceLoader finds on the class path of the tests. */
@Timeout(60)
final class ApplicationExtensionTest {

  private static final String SECTION = "extension-under-test";

  /** What extensions and components said; static, because ServiceLoader makes the extensions. */
  private static final RecordedApp.Calls calls = new RecordedApp.Calls();

  private static volatile @Nullable String startFailure;
  private static volatile @Nullable String stopFailure;

  /** Writes down its life. Found by way of META-INF/services. */
  public static final class Observer implements ApplicationExtension {

    /** Made by ServiceLoader. */
    public Observer() {}

    @Override
    public String section() {
      return SECTION;
    }

    @Override
    public void configure(Section section) {
      calls.add("configure " + section.string("greeting", "none"));
    }

    @Override
    public Future<?> start(LifecycleView view) {
      calls.add("start beside " + view.graph().startOrder());
      return answer(startFailure);
    }

    @Override
    public void on(LifecycleEvent event) {
      calls.add("hear " + event.getClass().getSimpleName());
    }

    @Override
    public Future<?> stop() {
      calls.add("stop");
      return answer(stopFailure);
    }

    private static Future<?> answer(@Nullable String failure) {
      return failure == null
          ? Future.succeededFuture()
          : Future.failedFuture(new IllegalStateException(failure));
    }

    @Override
    public Future<?> gone() {
      calls.add("gone");
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void forget() {
    calls.clear();
    startFailure = null;
    stopFailure = null;
  }

  private static RecordedApp app() {
    return new RecordedApp(
        components -> components.add("http", () -> new RecordedApp.Speaking(calls)));
  }

  private static JsonObject greeting() {
    return new JsonObject().put(SECTION, new JsonObject().put("greeting", "hello"));
  }

  private static List<String> callsOf(RecordedApp app, JsonObject config) {
    RecordedApp.await(app.deploy(config));
    RecordedApp.await(app.root.stop(new StopReason(StopReason.Kind.REQUEST, "test")));
    return calls.lines();
  }

  @Test
  void isUpBeforeTheFirstComponentAndDownAfterTheLastAndHearsEveryEvent() {
    try (RecordedApp app = app()) {
      List<String> all = callsOf(app, greeting());
      assertThat(all)
          .filteredOn(line -> !line.startsWith("hear"))
          .containsExactly(
              "configure hello",
              "start beside [http]",
              "http start",
              "http announce",
              "http drain",
              "http stop",
              "stop");
      assertThat(all) // beside the steps, on a thread of its own
          .filteredOn(line -> !line.startsWith("http"))
          .containsExactly(
              "configure hello",
              "start beside [http]",
              "hear StartBegan",
              "hear ComponentStarting",
              "hear ComponentStarted",
              "hear Started",
              "hear StopBegan",
              "hear AnnounceEnded",
              "hear ComponentStopAsked",
              "hear ComponentDraining",
              "hear ComponentReleasing",
              "hear ComponentStopped",
              "hear Stopped",
              "stop");
      RecordedApp.await(app.root.gone());
      assertThat(calls.lines()).endsWith("gone");
    }
  }

  @Test
  void takesNoPartWithoutItsSection() {
    try (RecordedApp app = app()) {
      assertThat(callsOf(app, new JsonObject()))
          .containsExactly("http start", "http announce", "http drain", "http stop");
    }
  }

  @Test
  void takesNoPartIfAComponentBearsTheNameOfItsSection() {
    try (RecordedApp app =
        new RecordedApp(
            components -> components.add(SECTION, () -> new RecordedApp.Speaking(calls)))) {
      assertThat(callsOf(app, greeting())).noneMatch(line -> line.startsWith("configure"));
    }
  }

  @Test
  void itsFailureToStartFailsTheApplicationWithItsName() {
    startFailure = "no licence";
    try (RecordedApp app = app()) {
      assertThat(RecordedApp.awaitFailure(app.deploy(greeting())))
          .isInstanceOf(StartFailedException.class)
          .hasMessage(SECTION + ": no licence")
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(calls.lines())
          .contains("start beside [http]", "stop")
          .doesNotContain("http start");
    }
  }

  @Test
  void itsFailureToStopFailsNothing() {
    stopFailure = "still busy";
    try (RecordedApp app = app()) {
      assertThat(callsOf(app, greeting())).endsWith("stop");
    }
  }

  @Test
  void keysThatItDoesNotReadAreUnknown() {
    JsonObject config = greeting();
    config.getJsonObject(SECTION).put("greting", 1);
    try (RecordedApp app = app()) {
      assertThatThrownBy(() -> app.root.plan(config))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(SECTION + ".greting: unknown key; did you mean greeting?");
    }
  }
}
