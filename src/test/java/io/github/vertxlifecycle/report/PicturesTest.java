package io.github.vertxlifecycle.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.vertxlifecycle.event.CutWork;
import io.github.vertxlifecycle.event.LifecycleEvent;
import io.github.vertxlifecycle.event.LifecycleTimeline;
import io.github.vertxlifecycle.event.Outcome;
import io.github.vertxlifecycle.event.StopReason;
import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.RandomGraphs;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What the pictures show, read back from them. */
final class PicturesTest {

  private static final StopReason STOP = new StopReason(StopReason.Kind.SIGNAL, "SIGTERM <&>");

  private final LifecycleTimeline timeline = new LifecycleTimeline();
  private final Pictures pictures = new Pictures(timeline);

  private static long nanos(long millis) {
    return millis * 1_000_000;
  }

  /** Plays start and stop of a graph, each component taking some random time. */
  private StopReport play(ComponentGraph graph, Random random) {
    timeline.on(new LifecycleEvent.StartBegan(0, graph.dependencies()));
    Map<String, Long> runs = new HashMap<>();
    for (String name : graph.startOrder()) {
      long begins = graph.dependenciesOf(name).stream().mapToLong(runs::get).max().orElse(0);
      runs.put(name, begins + random.nextInt(300));
    }
    graph.startOrder().forEach(name -> starts(graph, name, runs));
    long origin = 10_000;
    timeline.on(
        new LifecycleEvent.StopBegan(nanos(origin), STOP, Duration.ZERO, Duration.ofSeconds(25)));
    timeline.on(new LifecycleEvent.AnnounceEnded(nanos(origin)));
    List<String> order = new ArrayList<>(graph.startOrder());
    Collections.reverse(order);
    Map<String, Long> ended = new HashMap<>();
    for (String name : order) {
      long at = graph.dependentsOf(name).stream().mapToLong(ended::get).max().orElse(origin);
      timeline.on(new LifecycleEvent.ComponentDraining(nanos(at), name, 1, Duration.ofSeconds(20)));
      at += random.nextInt(2_000);
      timeline.on(
          new LifecycleEvent.ComponentReleasing(nanos(at), name, List.of(), Duration.ofSeconds(1)));
      at += random.nextInt(50);
      ended.put(name, at);
      timeline.on(
          new LifecycleEvent.ComponentStopped(nanos(at), name, Outcome.CLEAN, List.of(), null));
    }
    return StopReport.of(timeline, 0);
  }

  private void starts(ComponentGraph graph, String name, Map<String, Long> runs) {
    long begins = graph.dependenciesOf(name).stream().mapToLong(runs::get).max().orElse(0);
    timeline.on(new LifecycleEvent.ComponentStarting(nanos(begins), name));
    timeline.on(new LifecycleEvent.ComponentStarted(nanos(runs.get(name)), name));
  }

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  private static List<Element> elements(Element in, String tag) {
    NodeList list = in.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < list.getLength(); i++) {
      elements.add((Element) list.item(i));
    }
    return elements;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void barsMatchTheReportToTheMillisecond() throws Exception {
    Random random = new Random(7);
    ComponentGraph graph = RandomGraphs.next(random, 20);
    StopReport report = play(graph, random);

    Document svg = parse(pictures.svg(report));

    Element stop =
        elements(svg.getDocumentElement(), "g").stream()
            .filter(g -> !g.getAttribute("data-length-ms").isEmpty())
            .reduce((first, last) -> last)
            .orElseThrow();
    double length = number(stop, "data-length-ms");
    double scale = 520 / length;
    List<Element> rows =
        elements(stop, "g").stream().filter(g -> g.hasAttribute("data-component")).toList();
    assertThat(rows).hasSameSizeAs(report.components());
    for (int i = 0; i < rows.size(); i++) {
      StopReport.ComponentReport one = report.components().get(i);
      Element row = rows.get(i);
      assertThat(row.getAttribute("data-component")).isEqualTo(one.name());
      assertThat(row.getAttribute("class").contains("critical"))
          .isEqualTo(report.criticalPath().contains(one.name()));
      List<Element> bars = elements(row, "rect");
      double[] spans = {one.waitedMs(), one.drainedMs(), one.releasedMs()};
      double origin = number(bars.get(0), "x");
      double from = 0;
      for (int k = 0; k < spans.length; k++) {
        assertThat(number(bars.get(k), "data-ms")).isEqualTo(spans[k]);
        assertThat(number(bars.get(k), "data-from-ms")).isEqualTo(from);
        assertThat(number(bars.get(k), "width") / scale)
            .isCloseTo(spans[k], within(0.01 * length / 520 + 1e-9));
        assertThat((number(bars.get(k), "x") - origin) / scale)
            .isCloseTo(from, within(0.01 * length / 520 + 1e-9));
        from += spans[k];
      }
    }
  }

  @Test
  void aPictureIsWellFormedWhateverTheNamesAre() throws Exception {
    String name = "a<b>&\"c'\u0001\uFFFE";
    timeline.on(new LifecycleEvent.StartBegan(0, Map.of(name, Set.of())));
    timeline.on(new LifecycleEvent.ComponentStarting(0, name));
    timeline.on(new LifecycleEvent.ComponentStarted(5_000_000, name));
    timeline.on(
        new LifecycleEvent.StopBegan(6_000_000, STOP, Duration.ZERO, Duration.ofSeconds(25)));
    timeline.on(new LifecycleEvent.AnnounceEnded(6_000_000));
    timeline.on(
        new LifecycleEvent.ComponentReleasing(
            9_000_000,
            name,
            List.of(new CutWork("GET /x", Duration.ofSeconds(1))),
            Duration.ofSeconds(1)));

    Document svg = parse(pictures.svg(StopReport.of(timeline, 124)));

    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(elements(svg.getDocumentElement(), "script")).isEmpty();
    assertThat(elements(svg.getDocumentElement(), "image")).isEmpty();
  }

  @Test
  void saysWhatTheStopWouldSaveWithoutAComponent() {
    Plot plot =
        StopPlot.of(
            new StopReport(
                "SIGTERM",
                0,
                Outcome.CLEAN,
                1_900,
                List.of(
                    new StopReport.ComponentReport(
                        "http", Outcome.CLEAN, 0, 90, 10, List.of(), null),
                    new StopReport.ComponentReport(
                        "redis", Outcome.CLEAN, 100, 0, 1_400, List.of(), null),
                    new StopReport.ComponentReport(
                        "postgres", Outcome.CLEAN, 100, 0, 1_800, List.of(), null)),
                List.of("http", "postgres")),
            ComponentGraph.of(
                Map.of(
                    "http", Set.of("postgres", "redis"), "postgres", Set.of(), "redis", Set.of())));

    assertThat(plot.rows().get(2).note()).isEqualTo("1.8 s; without it 400 ms shorter");
    assertThat(plot.rows().get(1).note()).isEqualTo("1.4 s; could take 400 ms longer");
  }

  @Test
  void theTextFitsAHundredColumnsAndIsColouredOnlyIfAsked() {
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      PicturesTest fresh = new PicturesTest();
      StopReport report = fresh.play(RandomGraphs.next(random, 15), random);
      String plain = fresh.pictures.text(report, false);
      assertThat(plain.lines())
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
      assertThat(plain).doesNotContain("\u001b");
      String coloured = fresh.pictures.text(report, true);
      assertThat(coloured).contains("\u001b[");
      assertThat(coloured.replaceAll("\u001b\\[[0-9]*m", "")).isEqualTo(plain);
    }
  }
}
