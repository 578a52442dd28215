package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts an application for a test or a class of tests, and stops it after.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final LifecycleExtension app =
 *     LifecycleExtension.of(LinksApp::new).config("hits.every = 10ms").replace("redis", FakeRedis::new);
 *
 * @Test
 * void redirects(WebClient client) { … }
 * }</pre>
 *
 * <p>In a static field it starts one application for all tests of the class and of those nested in
 * it, in an instance field one for each test; under {@code @TestInstance(PER_CLASS)} both are the
 * same. Each runs in a Vert.x of its own and listens on free ports, so classes and tests may run in
 * parallel. {@link LifecycleTest} is the short form.
 *
 * <p>An application that does not start fails the tests, with its own cause. One whose stop is not
 * clean fails the test, or the class, that it ran for, unless the test stopped it itself, or said
 * {@link #stopMayFail()}; nobody waits longer for it than its own {@code lifecycle.stopTimeout} and
 * what a loaded machine takes.
 *
 * <p>Parameters of tests, and of methods that run before and after them: {@link TestApplication};
 * {@link Vertx}, the application's; {@link VertxTestContext}; {@link HttpClient}, and with {@code
 * vertx-web-client} a {@code WebClient}, each new and with the application's HTTP server as its
 * default. {@link VertxExtension} may be registered beside it, in any order; it hands out the
 * application's Vert.x then, too, unless there was another one before, in the class around: one of
 * its own, or that of an application for the class beside one for each test.
 */
public final class LifecycleExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver,
        InvocationInterceptor {

  private static final String KEY = "application";

  private final @Nullable TestSetup setup; // null: the annotation says it
  private final Set<TestApplication> running = ConcurrentHashMap.newKeySet();
  private final VertxExtension contexts = new VertxExtension(); // awaits VertxTestContexts

  /** For {@link LifecycleTest}. */
  LifecycleExtension() {
    setup = null;
  }

  private LifecycleExtension(TestSetup setup) {
    this.setup = setup;
  }

  /** An application, and the context that it was started for. */
  private record StartedFor(TestApplication application, String context) {}

  /**
   * An application to be started.
   *
   * @param application makes its root, anew for each start: a constructor
   * @return the extension, for a field with {@code @RegisterExtension}
   */
  public static LifecycleExtension of(Supplier<? extends RootVerticle> application) {
    return new LifecycleExtension(
        new TestSetup(Objects.requireNonNull(application, "of got null; give it a constructor")));
  }

  // ── what a test says ───────────────────────────────────────────────────────────────────────────

  private TestSetup setup() {
    if (setup == null) {
      throw new IllegalStateException("@LifecycleTest says what to start, once");
    }
    if (!running.isEmpty()) {
      throw new IllegalStateException("the application runs; say this where the field is set");
    }
    return setup;
  }

  /**
   * Adds to the configuration, and overrides what {@link #configFile} and earlier calls have said.
   * HTTP servers, and the management's, listen on a free port where no call says {@code port}.
   *
   * @param hocon keys and values, for example {@code http { limits.body = 100 }}
   * @return this
   * @throws IllegalArgumentException if it cannot be read
   */
  public LifecycleExtension config(String hocon) {
    setup().config(TestConfiguration.text(hocon));
    return this;
  }

  /**
   * Adds to the configuration, as {@link #config(String)} does.
   *
   * @param config keys and values, copied
   * @return this
   */
  public LifecycleExtension config(JsonObject config) {
    setup().config(config.copy());
    return this;
  }

  /**
   * Reads a configuration of the application's own, below what the test itself says. A port of an
   * HTTP server in it does not count.
   *
   * @param path HOCON or JSON, from the working directory
   * @return this
   * @throws IllegalArgumentException if it cannot be read
   */
  public LifecycleExtension configFile(String path) {
    setup().file(TestConfiguration.file(Path.of(path)));
    return this;
  }

  /**
   * Puts another verticle in the place of a component: a fake one that provides the same. It keeps
   * the component's name, dependencies, dependents, instances and time limits, and gets its
   * section.
   *
   * @param component the name of a component that the application declares, else the start fails
   * @param verticle makes one instance
   * @return this
   */
  public LifecycleExtension replace(String component, Supplier<? extends Deployable> verticle) {
    setup().replace(component, verticle);
    return this;
  }

  /**
   * Puts a fake in the place of a component: one that provides this thing, and does nothing. To be
   * called once for each thing that its dependents use. Where the type is an interface they get the
   * thing behind a guard, which passes every call on, and lets {@link StopResult#lateUses()} and
   * {@link StopResult#unfinishedCalls()} know; but not a client of Vert.x's own. A method whose
   * future lives as long as the thing itself looks unfinished there: give such a thing to {@link
   * #replace}.
   *
   * @param component the name of a component that the application declares, else the start fails
   * @param type under which its dependents ask for the thing
   * @param fake the thing
   * @param <T> its type
   * @return this
   */
  public <T> LifecycleExtension providing(String component, Class<T> type, T fake) {
    setup().provide(component, type, fake);
    return this;
  }

  /**
   * Leaves components out, with all that depend on them.
   *
   * @param components names of components that the application declares, else the start fails
   * @return this
   */
  public LifecycleExtension without(String... components) {
    for (String component : components) {
      setup().without(component);
    }
    return this;
  }

  /**
   * Starts a real server, with nothing in it, below a component: PostgreSQL for a {@code
   * PostgresVerticle}, Redis for a {@code RedisVerticle}. What the component's section says of
   * another server is dropped. Each application has servers of its own, which stop with it. Package
   * {@code devservices} says which libraries that needs.
   *
   * @param components names of components that the application declares, else the start fails
   * @return this
   */
  public LifecycleExtension devServices(String... components) {
    for (String component : components) {
      setup().devService(component);
    }
    return this;
  }

  /**
   * Makes the application's Vert.x with other options. By default they are those of the launcher.
   *
   * @param options the options, copied at each start
   * @return this
   */
  public LifecycleExtension vertx(VertxOptions options) {
    setup().vertx(options);
    return this;
  }

  /**
   * Lets a stop after the tests end as it likes.
   *
   * @return this
   */
  public LifecycleExtension stopMayFail() {
    setup().stopMayFail();
    return this;
  }

  /**
   * Has components go wrong on purpose.
   *
   * @param faults from {@link Faults}; the start fails if one of them names a component that is not
   *     there
   * @return this
   */
  public LifecycleExtension with(StepFault... faults) {
    for (StepFault fault : faults) {
      setup().fault(fault);
    }
    return this;
  }

  /** Puts somebody between the toolkit and the steps of the application's verticles. */
  LifecycleExtension intercept(StepInterceptor interceptor) {
    setup().intercept(interceptor);
    return this;
  }

  // ── what a test asks ───────────────────────────────────────────────────────────────────────────

  /**
   * The application that runs now.
   *
   * @return the application
   * @throws IllegalStateException if none runs, or more than one
   */
  public TestApplication application() {
    Set<TestApplication> all = Set.copyOf(running);
    if (all.size() != 1) {
      throw new IllegalStateException(
          all.isEmpty()
              ? "no application runs now: one runs within a test, or from before the first to after"
                  + " the last where the field is static"
              : "this field has started several applications that run now, for a subclass each"
                  + " perhaps; take a parameter of type TestApplication instead: "
                  + all);
    }
    return all.iterator().next();
  }

  /**
   * See {@link TestApplication#use}.
   *
   * @param component the name of a component
   * @param type under which it provides the thing
   * @param <T> its type
   * @return the thing
   */
  public <T> T use(String component, Class<T> type) {
    return application().use(component, type);
  }

  /**
   * See {@link TestApplication#port()}.
   *
   * @return the port of the application's HTTP server
   */
  public int port() {
    return application().port();
  }

  /**
   * See {@link TestApplication#port(String)}.
   *
   * @param component the name of an HTTP server
   * @return its port
   */
  public int port(String component) {
    return application().port(component);
  }

  /**
   * See {@link TestApplication#vertx()}.
   *
   * @return the application's Vert.x
   */
  public Vertx vertx() {
    return application().vertx();
  }

  /**
   * See {@link TestApplication#stop()}.
   *
   * @return how the application stopped
   */
  public StopResult stop() {
    return application().stop();
  }

  // ── start and stop ─────────────────────────────────────────────────────────────────────────────

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Object own = contexts;
    if (own instanceof BeforeAllCallback prepared) { // from Vert.x 5.1 on
      prepared.beforeAll(context);
    }
    if (setup != null) {
      if (store(context).get(KEY) == null) { // else it runs for the class around
        start(setup, context);
      }
      return;
    }
    LifecycleTest here = annotation(context.getRequiredTestClass());
    if (here != null && !here.perTest()) {
      start(setup(here), context);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (setup != null) {
      if (store(context).get(KEY) == null) {
        start(setup, context);
      }
      return;
    }
    LifecycleTest nearest = nearestAnnotation(context);
    if (nearest != null && nearest.perTest()) {
      start(setup(nearest), context);
    }
  }

  private static @Nullable LifecycleTest annotation(Class<?> type) {
    return AnnotationSupport.findAnnotation(type, LifecycleTest.class).orElse(null);
  }

  private static @Nullable LifecycleTest nearestAnnotation(ExtensionContext context) {
    LifecycleTest nearest = annotation(context.getRequiredTestClass());
    Optional<ExtensionContext> outer = context.getParent();
    while (nearest == null && outer.isPresent()) {
      nearest = outer.get().getTestClass().map(LifecycleExtension::annotation).orElse(null);
      outer = outer.get().getParent();
    }
    return nearest;
  }

  private static TestSetup setup(LifecycleTest annotation) {
    TestSetup made = new TestSetup(() -> root(annotation.value()));
    if (!annotation.configFile().isBlank()) {
      made.file(TestConfiguration.file(Path.of(annotation.configFile())));
    }
    made.config(TestConfiguration.text(annotation.config()));
    for (String component : annotation.without()) {
      made.without(component);
    }
    for (String component : annotation.devServices()) {
      made.devService(component);
    }
    if (annotation.stopMayFail()) {
      made.stopMayFail();
    }
    return made;
  }

  private static RootVerticle root(Class<? extends RootVerticle> type) {
    try {
      Constructor<? extends RootVerticle> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true); // need not be public, as for the launcher
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw new AssertionError(
          "the constructor of %s threw %s".formatted(type.getName(), e.getCause()), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(
          "%s cannot be made by a constructor without parameters; let LifecycleExtension.of say how"
              .formatted(type.getName()),
          e);
    }
  }

  private void start(TestSetup what, ExtensionContext context) {
    RandomStop round = RandomStopRounds.round(context);
    TestApplication started =
        TestApplication.start(what, name(context), round == null ? null : round.interceptor());
    running.add(started);
    store(context).put(KEY, new StartedFor(started, context.getUniqueId()));
    VertxExtensionProbe.lend(started.vertx(), contexts, context);
    if (round != null) {
      round.begin(started);
    }
  }

  /** For messages, and for the names of files. */
  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getSimpleName();
    return context.getTestMethod().map(method -> type + "." + method.getName() + "()").orElse(type);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    stop(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop(context);
  }

  private void stop(ExtensionContext context) {
    StartedFor started = started(context);
    if (started == null || !started.context().equals(context.getUniqueId())) {
      return; // none, or it runs on for what is around
    }
    TestApplication application = started.application();
    boolean judged = application.isStopAsked() || application.mayStopFail();
    try {
      StopResult result = application.close();
      if (result != null && !judged) {
        application.requireClean(result);
        application.requireClosed();
      }
    } finally {
      running.remove(application);
      store(context).remove(KEY);
      context.getStore(ExtensionContext.Namespace.GLOBAL).remove(VertxExtension.VERTX_INSTANCE_KEY);
    }
  }

  private ExtensionContext.Store store(ExtensionContext context) {
    return context.getStore(ExtensionContext.Namespace.create(LifecycleExtension.class, this));
  }

  private @Nullable StartedFor started(ExtensionContext context) {
    return store(context).get(KEY, StartedFor.class);
  }

  // ── parameters ─────────────────────────────────────────────────────────────────────────────────

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == TestApplication.class) {
      return true;
    }
    if (contexts.supportsParameter(
        parameter, context)) { // a Vertx and a VertxTestContext, at least
      return type != VertxExtensionProbe.class && !VertxExtensionProbe.isVertxExtensionIn(context);
    }
    return isHttpClient(type) || type.getName().equals(WebClients.TYPE);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type != Vertx.class && contexts.supportsParameter(parameter, context)) {
      return contexts.resolveParameter(parameter, context);
    }
    StartedFor started = started(context);
    if (started == null) {
      throw new ParameterResolutionException(
          "there is no application yet for the parameter %s of %s: it starts before each test where the field is no static one or the annotation says perTest, and after the constructor under PER_CLASS; take the parameter in a test"
              .formatted(parameter.getParameter(), parameter.getDeclaringExecutable()));
    }
    TestApplication application = started.application();
    if (type == TestApplication.class) {
      return application;
    }
    if (type == Vertx.class) {
      return application.vertx();
    }
    return isHttpClient(type) ? application.httpClient() : WebClients.of(application);
  }

  private static boolean isHttpClient(Class<?> type) {
    return type == HttpClient.class || type == HttpClientAgent.class;
  }

  // ── a VertxTestContext is awaited as VertxExtension does ───────────────────────────────────────

  @Override
  public void interceptBeforeAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptBeforeAllMethod(invocation, method, context);
  }

  @Override
  public void interceptAfterAllMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptAfterAllMethod(invocation, method, context);
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptBeforeEachMethod(invocation, method, context);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptAfterEachMethod(invocation, method, context);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptTestMethod(invocation, method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    contexts.interceptTestTemplateMethod(invocation, method, context);
  }

  @Override
  public void interceptDynamicTest(
      Invocation<Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
      throws Throwable {
    contexts.interceptDynamicTest(invocation, dynamic, context);
  }
}
