package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.config.Problem;
import io.github.vertxlifecycle.config.Section;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class PlanTest {

  /** A verticle that reads its section. */
  public static final class ConfiguredServer extends LifecycleVerticle {
    @Override
    protected void configure(Section section) {
      section.integer("port", 8080, 0, 65_535);
      section.string("host", "0.0.0.0");
    }
  }

  /** A verticle that cannot be made. */
  public static final class Broken extends VerticleBase {
    /** Fails. */
    public Broken() {
      throw new IllegalStateException("no licence");
    }
  }

  private static Deployable plain() {
    return new VerticleBase() {
      @Override
      public Future<?> start() {
        return Future.succeededFuture();
      }
    };
  }

  private static Plan plan(JsonObject config, Consumer<Components> components) {
    return new RootVerticle() {
      @Override
      protected void components(Components app) {
        components.accept(app);
      }
    }.plan(config);
  }

  private static List<String> problems(JsonObject config, Consumer<Components> components) {
    try {
      plan(config, components);
    } catch (ConfigurationException e) {
      assertThat(e.getMessage().lines()).hasSameSizeAs(e.problems());
      return e.problems().stream().map(Problem::toString).toList();
    }
    throw new AssertionError("no problems");
  }

  private static JsonObject with(String section, String key, Object value) {
    return new JsonObject().put(section, new JsonObject().put(key, value));
  }

  @Test
  void tellsAllProblemsAtOnce() {
    JsonObject config =
        new JsonObject()
            .put("lifecycle", new JsonObject().put("stopTimout", "3s").put("startTimeout", true))
            .put("http", new JsonObject().put("prot", 80).put("instances", 0).put("host", true))
            .put("redis", "localhost");
    assertThat(
            problems(
                config,
                app -> {
                  app.add("http", ConfiguredServer::new).dependsOn("postgras");
                  app.add("redis", PlanTest::plain);
                  app.add("ghost", "com.example.Ghost");
                }))
        .containsExactlyInAnyOrder(
            "lifecycle.stopTimout: unknown key; did you mean stopTimeout?",
            "lifecycle.startTimeout: must be a duration such as 25s, not the boolean true",
            "http.prot: unknown key; did you mean port?",
            "http.instances: must be from 1 to 10000, not 0",
            "redis: must be a section { … }, not the string \"localhost\"",
            "ghost: there is no class com.example.Ghost on the class path",
            "component \"http\" depends on \"postgras\", which was not added; add it,"
                + " or pick one of \"ghost\", \"http\", \"redis\"");
  }

  @Test
  void listsTheKnownKeysWhenNoneIsNear() {
    assertThat(
            problems(with("http", "colour", "red"), app -> app.add("http", ConfiguredServer::new)))
        .containsExactly(
            "http.colour: unknown key; known here are"
                + " drainTimeout, host, instances, port, releaseTimeout, startTimeout");
  }

  @Test
  void leavesTheSectionOfAPlainVerticleFree() {
    Plan plan =
        plan(
            with("plain", "anything", "goes").put("management", new JsonObject()),
            app -> app.add("plain", PlanTest::plain));
    assertThat(plan.unread()).isEmpty();
    assertThat(plan.suspects()).isEmpty();
  }

  @Test
  void suspectsWhatIsNearlyAKeyOfTheToolkitInAFreeSection() {
    Plan plan = plan(with("plain", "drainTimout", "3s"), app -> app.add("plain", PlanTest::plain));
    assertThat(plan.suspects())
        .extracting(Problem::toString)
        .containsExactly(
            "plain.drainTimout: the toolkit knows no such key, the component may; did you mean"
                + " drainTimeout?");
  }

  @Test
  void namesEveryKeyThatNobodyReads() {
    Plan plan =
        plan(
            with("plian", "free", 1)
                .put("mangement", new JsonObject())
                .put("plain.port", 9999)
                .put("something", "else"),
            app -> app.add("plain", PlanTest::plain));
    assertThat(plan.unread())
        .extracting(Problem::toString)
        .containsExactly(
            "plian: nobody reads this; did you mean plain?",
            "mangement: nobody reads this; did you mean management?",
            "plain.port: nobody reads this; a key in quotation marks is one name with its dots: did"
                + " you mean plain { port = … }?",
            "something: nobody reads this; known here are"
                + " extension-under-test, lifecycle, management, plain");
  }

  @Test
  void theApplicationReadsWhatItAsksForWhileItDeclares() {
    Plan plan =
        plan(
            with("colours", "red", 1).put("size", 3).put("evnets", new JsonObject()),
            app -> {
              app.config().getJsonObject("colours");
              if (app.config().containsKey("events")) {
                app.add("events", PlanTest::plain);
              }
              app.add(
                  "plain",
                  () -> {
                    app.config().getInteger("size");
                    return plain();
                  });
            });
    assertThat(plan.unread())
        .extracting(Problem::toString)
        .containsExactly("evnets: nobody reads this; did you mean events?");
  }

  @Test
  void whoLooksAtTheWholeConfigurationReadsAllOfIt() {
    Plan plan = plan(with("colours", "red", 1).put("size", 3), app -> app.config().copy());
    assertThat(plan.unread()).isEmpty();
  }

  @Test
  void theApplicationCanSayThatItReadsASectionLater() {
    Plan plan = plan(with("colours", "red", 1), app -> app.reads("colours", "shapes"));
    assertThat(plan.unread()).isEmpty();
  }

  @Test
  void refusesReservesThatDoNotFitAndNamesTheChain() {
    assertThat(
            problems(
                with("lifecycle", "stopTimeout", "5s"),
                app -> {
                  app.add("postgres", PlanTest::plain).releaseTimeout(Duration.ofSeconds(4));
                  app.add("redis", PlanTest::plain);
                  app.add("hits", PlanTest::plain).dependsOn("postgres", "redis");
                  app.add("http", PlanTest::plain).dependsOn("hits");
                }))
        .containsExactly(
            "lifecycle.stopTimeout: 5 s is not enough: announceDelay (0 ms) and the releases along"
                + " http → hits → postgres (6 s) take 6 s;"
                + " raise stopTimeout, or lower announceDelay or a releaseTimeout");
  }

  @Test
  void countsTheAnnouncementAgainstTheBudget() {
    JsonObject config = with("lifecycle", "announceDelay", "24s");
    plan(config, app -> app.add("a", PlanTest::plain));
    config.getJsonObject("lifecycle").put("announceDelay", 24_001);
    assertThat(problems(config, app -> app.add("a", PlanTest::plain)))
        .singleElement()
        .asString()
        .startsWith("lifecycle.stopTimeout: 25 s is not enough: announceDelay (24 s)");
  }

  @Test
  void refusesReservesBeyondAllNumbers() {
    JsonObject config = new JsonObject();
    for (String name : List.of("a", "b", "c", "d")) {
      config.put(name, new JsonObject().put("releaseTimeout", "36500d"));
    }
    assertThat(
            problems(
                config,
                app -> {
                  app.add("a", PlanTest::plain);
                  app.add("b", PlanTest::plain).dependsOn("a");
                  app.add("c", PlanTest::plain).dependsOn("b");
                  app.add("d", PlanTest::plain).dependsOn("c");
                }))
        .singleElement()
        .asString()
        .contains("is not enough");
  }

  @Test
  void letsTheConfigurationWin() {
    JsonObject config =
        new JsonObject()
            .put("lifecycle", new JsonObject().put("startTimeout", "7s"))
            .put("a", new JsonObject().put("instances", 3).put("releaseTimeout", 500))
            .put("b", new JsonObject().put("startTimeout", "2s").put("drainTimeout", "1s"));
    Plan plan =
        plan(
            config,
            app -> {
              app.add("a", PlanTest::plain).instances(2).releaseTimeout(Duration.ofSeconds(9));
              app.add("b", PlanTest::plain).startTimeout(Duration.ofSeconds(8)).dependsOn("a");
            });
    assertThat(plan.component("a").options().getInstances()).isEqualTo(3);
    assertThat(plan.limits().get("a"))
        .isEqualTo(
            new ComponentLimits(
                "a", Duration.ofSeconds(7), null, Duration.ofMillis(500), Duration.ofMillis(500)));
    assertThat(plan.limits().get("b"))
        .isEqualTo(
            new ComponentLimits(
                "b",
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(1_500)));
  }

  @Test
  void takesComponentsFromTheConfiguration() {
    JsonObject config =
        with(
            "lifecycle",
            "components",
            new JsonObject()
                .put(
                    "extra",
                    new JsonObject()
                        .put("verticle", ConfiguredServer.class.getName())
                        .put("dependsOn", new JsonArray().add("base")))
                .put("missing", new JsonObject())
                .put("base", new JsonObject().put("verticle", "x.Y")));
    assertThat(problems(config, app -> app.add("base", PlanTest::plain)))
        .containsExactlyInAnyOrder(
            "lifecycle.components.missing.verticle: is missing;"
                + " it must be the name of a verticle's class",
            "lifecycle.components.base: there are two components named \"base\";"
                + " give one of them another name");
  }

  @Test
  void refusesClassesThatAreNoVerticlesOrCannotBeMade() {
    assertThat(
            problems(
                new JsonObject(),
                app -> {
                  app.add("string", "java.lang.String");
                  app.add("broken", Broken.class.getName());
                  app.add("nothing", () -> null);
                }))
        .containsExactly(
            "string: java.lang.String is not a verticle:"
                + " it does not implement io.vertx.core.Deployable",
            "broken: "
                + Broken.class.getName()
                + " cannot be made by a public constructor without parameters:"
                + " java.lang.IllegalStateException: no licence",
            "nothing: its supplier returned null instead of a verticle");
  }

  @Test
  void refusesClassesThatCannotBeLinked() {
    assertThat(
            problems(
                new JsonObject(),
                app ->
                    app.add(
                        "bad",
                        () -> {
                          throw new NoClassDefFoundError("some/Missing");
                        })))
        .containsExactly(
            "bad: it needs a library that is not on the class path: there is no class some.Missing");
  }

  @Test
  void refusesNamesThatAreNoneOrTakenTwice() {
    assertThat(
            problems(
                new JsonObject(),
                app -> {
                  app.add("a", PlanTest::plain);
                  app.add("a", PlanTest::plain);
                }))
        .containsExactly("there are two components named \"a\"; give one of them another name");
    for (String name : List.of("", " ", "a.b")) {
      assertThat(problems(new JsonObject(), app -> app.add(name, PlanTest::plain)))
          .singleElement()
          .asString()
          .startsWith("a component needs a name without dots");
    }
    assertThat(problems(new JsonObject(), app -> app.add("lifecycle", PlanTest::plain)))
        .containsExactly(
            "no component can be named \"lifecycle\": that section of the configuration is taken");
  }

  @Test
  void refusesDurationsThatMakeNoSense() {
    assertThatThrownBy(
            () ->
                plan(
                    new JsonObject(),
                    app -> app.add("a", PlanTest::plain).startTimeout(Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("startTimeout must be more than zero");
    assertThatThrownBy(
            () ->
                plan(
                    new JsonObject(),
                    app -> app.add("a", PlanTest::plain).releaseTimeout(Duration.ofSeconds(-1))))
        .hasMessage("releaseTimeout must not be negative");
    assertThatThrownBy(
            () ->
                plan(
                    new JsonObject(),
                    app -> app.add("a", PlanTest::plain).drainTimeout(Duration.ofSeconds(-1))))
        .hasMessage("drainTimeout must not be negative");
    assertThat(problems(with("a", "startTimeout", 0), app -> app.add("a", PlanTest::plain)))
        .containsExactly("a.startTimeout: must be more than zero");
    assertThat(problems(with("lifecycle", "stopTimeout", 0), app -> app.add("a", PlanTest::plain)))
        .containsExactly("lifecycle.stopTimeout: must be more than zero; 25 s is the default");
    assertThat(problems(with("lifecycle", "startTimeout", 0), app -> app.add("a", PlanTest::plain)))
        .containsExactly("lifecycle.startTimeout: must be more than zero; 1 min is the default");
  }
}
