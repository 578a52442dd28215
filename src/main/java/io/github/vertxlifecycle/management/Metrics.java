package io.github.vertxlifecycle.management;

import io.github.vertxlifecycle.event.ComponentState;
import io.github.vertxlifecycle.event.ComponentTimeline;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.lifecycle.LifecycleView;
import io.github.vertxlifecycle.lifecycle.Snapshot;
import io.github.vertxlifecycle.lifecycle.WorkStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.micrometer.backends.BackendRegistries;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The toolkit's own meters, beside those of Vert.x where it is measured through Micrometer.
 *
 * <table>
 * <caption>Meters, as Prometheus names them; each has the label {@code component}</caption>
 * <tr><th>name</th><th>unit</th><th>what</th></tr>
 * <tr><td>{@code lifecycle_component_state}</td><td>1 or 0</td>
 *     <td>whether it is in the state that the label {@code state} names</td></tr>
 * <tr><td>{@code lifecycle_work_in_flight}</td><td>units</td><td>work in flight</td></tr>
 * <tr><td>{@code lifecycle_work_admitted_total}</td><td>units</td><td>work ever taken</td></tr>
 * <tr><td>{@code lifecycle_work_refused_total}</td><td>units</td>
 *     <td>work that came when none was taken</td></tr>
 * <tr><td>{@code lifecycle_work_cut_total}</td><td>units</td>
 *     <td>work that a deadline overtook</td></tr>
 * <tr><td>{@code lifecycle_connections_faulty_total}</td><td>connections</td>
 *     <td>ended because what they said was no HTTP</td></tr>
 * <tr><td>{@code lifecycle_start_seconds}</td><td>s</td><td>how long its start took</td></tr>
 * <tr><td>{@code lifecycle_drain_seconds}</td><td>s</td><td>how long its drain took</td></tr>
 * <tr><td>{@code lifecycle_release_seconds}</td><td>s</td><td>how long its release took</td></tr>
 * </table>
 *
 * <p>The last three appear when they are known. Thread-safe.
 */
final class Metrics {

  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** One look serves all meters of a scrape. */
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final LifecycleView view;
  private final PrometheusMeterRegistry registry;
  private final List<Meter> meters = new CopyOnWriteArrayList<>();
  private volatile @Nullable Sample sample;

  private record Sample(long at, Map<String, Snapshot.ComponentSnapshot> components) {}

  Metrics(LifecycleView view) {
    this(
        view,
        BackendRegistries.getDefaultNow() instanceof PrometheusMeterRegistry shared
            ? shared
            : new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /** In a registry that nobody else knows. */
  static Metrics unheard(LifecycleView view) {
    return new Metrics(view, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  private Metrics(LifecycleView view, PrometheusMeterRegistry registry) {
    this.view = view;
    this.registry = registry;
    view.graph().startOrder().forEach(this::addMeters);
  }

  private void addMeters(String name) {
    for (ComponentState state : ComponentState.values()) {
      meters.add(
          Gauge.builder("lifecycle.component.state", this, m -> m.of(name).state() == state ? 1 : 0)
              .description("Whether the component is in this state")
              .tag("component", name)
              .tag("state", state.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    meters.add(
        Gauge.builder("lifecycle.work.in.flight", this, m -> m.load(name).inFlight().size())
            .description("Work in flight")
            .tag("component", name)
            .register(registry));
    counter(name, "admitted", "Work ever taken", m -> m.load(name).admitted());
    counter(name, "refused", "Work that came when none was taken", m -> m.load(name).refused());
    meters.add(
        FunctionCounter.builder("lifecycle.connections.faulty", this, m -> m.load(name).faulty())
            .description("Connections ended because what they said was no HTTP")
            .tag("component", name)
            .register(registry));
    counter(name, "cut", "Work that a deadline overtook", m -> m.of(name).timeline().cut().size());
  }

  private void counter(String name, String what, String text, ToDoubleFunction<Metrics> value) {
    meters.add(
        FunctionCounter.builder("lifecycle.work." + what, this, value)
            .description(text)
            .tag("component", name)
            .register(registry));
  }

  /** Takes note of a step that has ended. Called by the lifecycle's executor. */
  void on(LifecycleEvent event) {
    if (event instanceof LifecycleEvent.ComponentStarted e) {
      time(e, "start", ComponentTimeline::starting, ComponentTimeline::started);
    } else if (event instanceof LifecycleEvent.ComponentReleasing e) {
      time(e, "drain", ComponentTimeline::draining, ComponentTimeline::releasing);
    } else if (event instanceof LifecycleEvent.ComponentStopped e) {
      time(e, "release", ComponentTimeline::releasing, ComponentTimeline::stopped);
    }
    // the others end no step
  }

  private void time(
      LifecycleEvent.ComponentEvent event,
      String step,
      Function<ComponentTimeline, @Nullable Long> from,
      Function<ComponentTimeline, @Nullable Long> to) {
    ComponentTimeline its = view.timeline(event.component());
    Long began = from.apply(its);
    Long ended = to.apply(its);
    if (began != null && ended != null) {
      long took = ended - began;
      meters.add(
          TimeGauge.builder("lifecycle." + step, () -> took, TimeUnit.NANOSECONDS)
              .description("How long the " + step + " took")
              .tag("component", event.component())
              .register(registry));
    }
  }

  private Snapshot.ComponentSnapshot of(String name) {
    Sample current = sample;
    if (current == null || System.nanoTime() - current.at > LOOK_EVERY_NANOS) {
      Map<String, Snapshot.ComponentSnapshot> components = new HashMap<>();
      view.now().components().forEach(one -> components.put(one.name(), one));
      current = new Sample(System.nanoTime(), components);
      sample = current;
    }
    Snapshot.ComponentSnapshot one = current.components.get(name);
    if (one == null) {
      throw new IllegalArgumentException("there is no component \"" + name + "\"");
    }
    return one;
  }

  private WorkStats load(String name) {
    return of(name).stats();
  }

  /** Everything in the registry, in the text format of Prometheus. */
  String scrape() {
    sample = null;
    return registry.scrape(CONTENT_TYPE);
  }

  /** Takes the meters out of the registry, which may live on. */
  void close() {
    meters.forEach(registry::remove);
  }
}
