package io.github.vertxlifecycle.junit5;

import io.github.vertxlifecycle.devservices.EmbeddedPostgresVerticle;
import io.github.vertxlifecycle.devservices.EmbeddedRedisVerticle;
import io.github.vertxlifecycle.event.ClassName;
import io.github.vertxlifecycle.graph.GraphException;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.DeclaredComponents;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.github.vertxlifecycle.lifecycle.StepInterceptor;
import io.github.vertxlifecycle.postgres.PostgresVerticle;
import io.github.vertxlifecycle.redis.RedisVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a test says about the application that it wants. To be complete before the start. */
final class TestSetup {

  private static final String EMBEDDED = "embedded-";

  /** What says where a server is, and what cannot stand beside {@code server}. */
  private static final List<String> ADDRESS =
      List.of("uri", "uris", "host", "port", "database", "user", "password");

  private final Supplier<? extends RootVerticle> application;
  private final JsonObject files = new JsonObject();
  private final JsonObject own = new JsonObject();
  private final Map<String, Supplier<? extends Deployable>> replacements = new LinkedHashMap<>();
  private final Map<String, Map<Class<?>, Object>> fakes = new LinkedHashMap<>();
  private final List<String> withouts = new ArrayList<>();
  private final List<String> services = new ArrayList<>();
  private final List<StepInterceptor> interceptors = new ArrayList<>();
  private final List<StepFault> faults = new ArrayList<>();
  private @Nullable VertxOptions vertxOptions;
  private boolean stopMayFail;

  TestSetup(Supplier<? extends RootVerticle> application) {
    this.application = application;
  }

  /** The application's own configuration, in which a server's port is not meant for tests. */
  void file(JsonObject config) {
    files.mergeIn(config, true);
  }

  /** What the test itself says, which wins. */
  void config(JsonObject config) {
    own.mergeIn(config, true);
  }

  void replace(String component, Supplier<? extends Deployable> verticle) {
    replacements.put(component, verticle);
  }

  /** Replaces a component by what provides this, beside what was said of it before. */
  <T> void provide(String component, Class<T> type, T thing) {
    Map<Class<?>, Object> all = fakes.computeIfAbsent(component, one -> new LinkedHashMap<>());
    all.put(type, thing);
    replace(component, () -> new FakeComponent(all));
  }

  void without(String component) {
    withouts.add(component);
  }

  void devService(String component) {
    services.add(component);
  }

  void intercept(StepInterceptor interceptor) {
    interceptors.add(interceptor);
  }

  void fault(StepFault fault) {
    faults.add(fault);
    intercept(fault.interceptor());
  }

  void vertx(VertxOptions options) {
    vertxOptions = options;
  }

  void stopMayFail() {
    stopMayFail = true;
  }

  boolean mayStopFail() {
    return stopMayFail;
  }

  RootVerticle root() {
    RootVerticle root = application.get();
    if (root == null) {
      throw new AssertionError(
          "what makes the application returned null; give LifecycleExtension.of a constructor");
    }
    return root;
  }

  VertxOptions vertxOptions() {
    return vertxOptions == null
        ? new VertxOptions().setPreferNativeTransport(Epoll.IS_THERE)
        : new VertxOptions(vertxOptions);
  }

  List<StepInterceptor> interceptors() {
    return List.copyOf(interceptors);
  }

  /** The whole configuration, fresh. */
  JsonObject config() {
    JsonObject all = files.copy().mergeIn(own.copy(), true);
    if (all.getValue("management") instanceof JsonObject management
        && !says("management", "port")) {
      management.put("port", 0);
    }
    return all;
  }

  private boolean says(String section, String key) {
    return own.getValue(section) instanceof JsonObject keys && keys.containsKey(key);
  }

  /** Changes the declared components, by replacement, leaving out, and what they depend on. */
  void change(DeclaredComponents declared) {
    replacements.forEach(declared::replace);
    withouts.forEach(declared::require); // all at first: one may leave with another
    for (String name : withouts) {
      if (declared.names().contains(name)) {
        declared.remove(name);
      }
    }
    services.forEach(name -> declared.addBelow(EMBEDDED + name, service(name, declared), name));
    faults.forEach(fault -> declared.require(fault.component()));
  }

  private static Supplier<? extends Deployable> service(String name, DeclaredComponents declared) {
    Deployable client = declared.sample(name);
    if (client instanceof PostgresVerticle) {
      return EmbeddedPostgresVerticle::new;
    }
    if (client instanceof RedisVerticle) {
      return EmbeddedRedisVerticle::new;
    }
    throw new GraphException(
        "devServices(\"%s\") has no server for %s; there is one for a PostgresVerticle and one for a RedisVerticle"
            .formatted(name, client == null ? "null" : ClassName.of(client.getClass())));
  }

  /** Has a component find its server, or listen on a free port, before its section is read. */
  void complete(String component, Deployable first, JsonObject config) {
    for (StepFault fault : faults) {
      if (fault.component().equals(component) && !(first instanceof LifecycleVerticle)) {
        throw new GraphException(
            "%s is no LifecycleVerticle, so nobody stands between it and its steps; the fault cannot be: %s"
                .formatted(component, fault));
      }
    }
    if (services.contains(component)) {
      JsonObject section = section(component, config);
      ADDRESS.stream().filter(key -> !says(component, key)).forEach(section::remove);
      section.put("server", EMBEDDED + component);
    }
    if (first instanceof HttpVerticle && !says(component, "port")) {
      JsonObject section = section(component, config);
      if (!isUnixSocket(section)) {
        section.put("port", 0);
      }
    }
  }

  private static boolean isUnixSocket(JsonObject section) {
    return section.getValue("path") != null
        || String.valueOf(section.getValue("host")).startsWith("unix:");
  }

  private static JsonObject section(String name, JsonObject config) {
    if (!(config.getValue(name) instanceof JsonObject)) {
      config.put(name, new JsonObject());
    }
    return config.getJsonObject(name);
  }
}
