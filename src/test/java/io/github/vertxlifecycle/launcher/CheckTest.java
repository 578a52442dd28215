package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What can be seen of an application without starting it. */
@Tag("integration")
final class CheckTest {

  private static final String APP = "io.github.vertxlifecycle.sample.LinksApp";
  private static final String STORES =
      "{postgres: {uri: \"postgresql://a@localhost/a\"}, redis: {uri: \"redis://localhost\"}";

  private static AppProcess.Ended run(String... args) throws InterruptedException {
    try (AppProcess app = new AppProcess.Command().launch(args)) {
      return app.ends();
    }
  }

  @Test
  void printsThePlanOfTheStop() throws InterruptedException {
    AppProcess.Ended ended = run("-conf", STORES + "}", "--check", APP);
    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(ended.out())
        .contains("4 components. The stop takes at most 25 s.")
        .containsPattern("http +2 +(no limit|≤ [0-9]+ s) +22 s +23 s")
        .containsPattern("hits +1 +no limit +23 s +24 s +http")
        .containsPattern("postgres +1 +no limit +24 s +25 s");
    assertThat(ended.out()).doesNotContain("Starting");
  }

  @Test
  void refusesABudgetThatDoesNotFit() throws InterruptedException {
    AppProcess.Ended ended =
        run("-conf", STORES + ", lifecycle: {stopTimeout: 2s}}", "--check", APP);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
    assertThat(ended.err()).contains("lifecycle.stopTimeout", "http → hits →");
  }

  @Test
  void printsTheGraph() throws InterruptedException {
    AppProcess.Ended mermaid = run("-conf", STORES + "}", "--graph", APP);
    assertThat(mermaid.code()).as(mermaid.toString()).isZero();
    assertThat(mermaid.out()).startsWith("graph TD").contains("[\"hits\"]");
    AppProcess.Ended dot = run("-conf", STORES + "}", "--graph=dot", APP);
    assertThat(dot.out()).startsWith("digraph").contains("\"hits\" -> \"redis\";");
  }
}
