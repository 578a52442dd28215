package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.event.LifecyclePhase;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a launcher does with an application: it plans, checks, and deploys what it planned. */
@Timeout(60)
final class LauncherAccessTest {

  private final Vertx vertx = Vertx.vertx();
  private final List<String> read = new CopyOnWriteArrayList<>();
  private final Greetings root = new Greetings();

  @AfterEach
  void close() {
    RecordedApp.await(vertx.close());
  }

  /** An application of one component, which reads one key. */
  private final class Greetings extends RootVerticle {
    private int declared;

    @Override
    protected void components(Components app) {
      declared++;
      app.add("greeter", Greeter::new);
    }
  }

  private final class Greeter extends LifecycleVerticle {
    @Override
    protected void configure(Section section) {
      read.add(section.string("greeting", "none"));
    }

    @Override
    protected JsonObject configSchema() {
      return new JsonObject().put("type", "object");
    }
  }

  private static JsonObject greeting(String text) {
    return new JsonObject()
        .put("greeter", new JsonObject().put("greeting", text).put("instances", 1));
  }

  private LauncherAccess planned(String text) {
    return new LauncherAccess(root.plan(greeting(text)));
  }

  private static DeploymentOptions with(JsonObject config) {
    return new DeploymentOptions().setConfig(config);
  }

  @Test
  void countsTheStartTimeoutsAlongTheLongestChain() {
    RootVerticle chains =
        new RootVerticle() {
          @Override
          protected void components(Components app) {
            app.add("store", Greeter::new).startTimeout(Duration.ofSeconds(7));
            app.add("cache", Greeter::new).startTimeout(Duration.ofSeconds(5));
            app.add("http", Greeter::new)
                .startTimeout(Duration.ofSeconds(2))
                .dependsOn("store", "cache");
          }
        };

    assertThat(new LauncherAccess(chains.plan(new JsonObject())).startBudget())
        .isEqualTo(Duration.ofSeconds(9));
    assertThat(planned("hello").startBudget()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void startsWithTheVeryPlanThatWasMade() {
    LauncherAccess access = planned("hello");
    RecordedApp.await(access.deploy(vertx, new DeploymentOptions()));
    assertThat(root.declared).isEqualTo(1);
    assertThat(read).containsExactly("hello");
    assertThat(access.timeline().application().phase()).isEqualTo(LifecyclePhase.RUNNING);
  }

  @Test
  void thePlansConfigurationWinsOverThatOfTheDeployment() {
    RecordedApp.await(planned("hello").deploy(vertx, with(greeting("goodbye"))));
    assertThat(read).containsExactly("hello");
    assertThat(root.config()).isEqualTo(greeting("hello"));
  }

  @Test
  void aRootDeployedByHandPlansForTheConfigurationOfItsDeployment() {
    planned("hello");
    RecordedApp.await(vertx.deployVerticle(root, with(greeting("goodbye"))));
    assertThat(root.declared).isEqualTo(2);
    assertThat(read).containsExactly("hello", "goodbye");
  }

  @Test
  void refusesToStartAPlanTwice() {
    LauncherAccess access = planned("hello");
    String id = RecordedApp.await(access.deploy(vertx, new DeploymentOptions()));
    RecordedApp.await(vertx.undeploy(id));
    assertThat(RecordedApp.awaitFailure(access.deploy(vertx, new DeploymentOptions())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this Greetings was started before, and is good for one start; deploy a new one");
  }

  @Test
  void refusesToStartARootTwice() {
    String id = RecordedApp.await(vertx.deployVerticle(root, with(greeting("hello"))));
    RecordedApp.await(vertx.undeploy(id));
    assertThat(RecordedApp.awaitFailure(vertx.deployVerticle(root, with(greeting("hello")))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this Greetings was started before, and is good for one start; deploy a new one");
  }

  @Test
  void holdsWhatAComponentReadsAgainstItsSchema() {
    Problem problem = new Problem("greeter.greeting", "is too loud");
    List<Problem> problems =
        planned("HELLO")
            .schemaProblems(
                (component, schema, section) -> {
                  assertThat(component).isEqualTo("greeter");
                  assertThat(schema).isEqualTo(new JsonObject().put("type", "object"));
                  assertThat(section).isEqualTo(new JsonObject().put("greeting", "HELLO"));
                  return List.of(problem);
                });
    assertThat(problems).containsExactly(problem);
  }

  @Test
  void printsThePlanOfTheStop() {
    assertThat(planned("hello").stopPlan())
        .isEqualTo(
            """
            The configuration is right: 1 components. The stop takes at most 25 s.
              component  instances      drain  drained by  released by  after
              greeter            1   no limit       24 s         25 s
            """);
  }
}
