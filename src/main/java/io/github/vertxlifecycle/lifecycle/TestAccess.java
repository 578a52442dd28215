package io.github.vertxlifecycle.lifecycle;

import io.github.vertxlifecycle.config.ConfigurationException;
import io.github.vertxlifecycle.time.Clock;
import io.vertx.core.Deployable;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * For the toolkit's test kit, and promised to nobody else: how a test changes an application before
 * it is planned, and looks into it while it runs. It may change in any release. Each setter is to
 * be called before {@link #plan}.
 */
public final class TestAccess {

  private final RootVerticle root;

  /**
   * Opens the door.
   *
   * @param root the application, not planned yet
   */
  public TestAccess(RootVerticle root) {
    this.root = root;
  }

  private void set(TestSettings settings) {
    root.testWith(settings);
  }

  /**
   * Puts another clock behind the deadlines of start and stop.
   *
   * @param clock the clock
   */
  public void clock(Clock clock) {
    TestSettings now = root.testSettings();
    set(new TestSettings(clock, now.changes(), now.examine(), now.steps()));
  }

  /**
   * Changes what the application has declared, at the end of each planning, after earlier changes.
   *
   * @param change changes it; what it throws as a {@link
   *     io.github.vertxlifecycle.graph.GraphException} fails the planning
   */
  public void change(Consumer<DeclaredComponents> change) {
    TestSettings now = root.testSettings();
    set(new TestSettings(now.clock(), now.changes().andThen(change), now.examine(), now.steps()));
  }

  /**
   * Looks at the first instance of each component before its section is read. Whoever does may
   * still change that section in the configuration that {@link #plan} was given.
   *
   * @param examine gets the component's name and the instance
   */
  public void examine(BiConsumer<String, Deployable> examine) {
    TestSettings now = root.testSettings();
    set(new TestSettings(now.clock(), now.changes(), examine, now.steps()));
  }

  /**
   * Puts somebody between the toolkit and the verticles' steps. One that is there already is called
   * by this one, as if it were the step.
   *
   * @param steps calls each step
   */
  public void intercept(StepInterceptor steps) {
    TestSettings now = root.testSettings();
    StepInterceptor before = now.steps();
    StepInterceptor all =
        before == null
            ? steps
            : (component, step, code) ->
                steps.call(component, step, () -> before.call(component, step, code));
    set(new TestSettings(now.clock(), now.changes(), now.examine(), all));
  }

  /**
   * Checks declaration and configuration, and starts nothing.
   *
   * @param config the whole configuration, which is read and not copied
   * @return the plan
   * @throws ConfigurationException listing every problem there is
   */
  public Plan plan(JsonObject config) {
    return root.plan(config);
  }

  /**
   * What a component provides, without an edge of the graph to reach it by.
   *
   * @param component its name
   * @param type under which it is provided
   * @param <T> its type
   * @return the thing of the first instance
   * @throws IllegalStateException if the application has not started, or the component provides no
   *     such thing
   * @throws IllegalArgumentException if there is no such component
   */
  public <T> T use(String component, Class<T> type) {
    return started().provided(component, type);
  }

  /**
   * The verticles of a component.
   *
   * @param component its name
   * @return those that were made so far, a copy
   * @throws IllegalStateException if the application has not started
   * @throws IllegalArgumentException if there is no such component
   */
  public List<Deployable> instances(String component) {
    return started().instances(component);
  }

  private Application started() {
    Application application = root.application();
    if (application == null) {
      throw new IllegalStateException("the application has not started");
    }
    return application;
  }
}
