package io.github.vertxlifecycle.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How sections gather problems, and what they know of who has read them. */
final class SectionTest {

  private static Section root(String json) {
    return Section.root(new JsonObject(json));
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  @Test
  void gathersTheProblemsOfAllSectionsWithinIt() {
    Section root = root("{\"http\": {\"port\": true, \"tls\": {\"key\": []}}, \"redis\": 1}");
    Section http = root.section("http");
    http.integer("port", 80, 0, 65_535);
    http.section("tls").string("key");
    root.section("redis");
    List<String> all =
        List.of(
            "http.port: must be a whole number, not the boolean true",
            "http.tls.key: must be a string, not a list",
            "redis: must be a section { … }, not the number 1");
    assertThat(texts(root.problems())).isEqualTo(all);
    assertThat(texts(http.problems())).isEqualTo(all);
    assertThatThrownBy(http::throwProblems)
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(texts(e.problems())).isEqualTo(all))
        .hasMessage(String.join("\n", all));
  }

  @Test
  void throwsNothingWithoutProblems() {
    Section root = root("{\"http\": {\"port\": 80}}");
    assertThat(root.section("http").integer("port", 1, 0, 65_535)).isEqualTo(80);
    assertThatCode(root::throwProblems).doesNotThrowAnyException();
  }

  @Test
  void laysASectionOverItsDefaults() {
    JsonObject defaults = new JsonObject("{\"port\": 1, \"tls\": {\"key\": \"k\", \"on\": false}}");
    Section http =
        root("{\"http\": {\"port\": 2, \"tls\": {\"on\": true}}}").section("http", defaults);
    assertThat(http.toJson())
        .isEqualTo(new JsonObject("{\"port\": 2, \"tls\": {\"key\": \"k\", \"on\": true}}"));
    assertThat(defaults.getInteger("port")).isEqualTo(1);
    assertThat(root("{}").section("http", defaults).toJson()).isEqualTo(defaults);
  }

  @Test
  void keepsItsDefaultsWhereTheValueIsNoSection() {
    Section root = root("{\"http\": 7}");
    assertThat(root.section("http", new JsonObject("{\"port\": 1}")).integer("port", 0, 0, 9))
        .isEqualTo(1);
    assertThat(root.problems()).hasSize(1);
  }

  @Test
  void theNextReaderKnowsTheKeysOfThoseBeforeAndHasReadNothing() {
    Section section = Section.of("http", new JsonObject("{\"instances\": 2, \"prot\": 80}"));
    section.integer("instances", 1, 1, 9);
    Section next = section.forNextReader();
    assertThat(next.wasRead()).isFalse();
    next.integer("port", 80, 0, 65_535);
    assertThat(next.wasRead()).isTrue();
    next.rejectOthers();
    assertThat(texts(section.problems()))
        .containsExactly("http.prot: unknown key; did you mean port?");
  }

  @Test
  void aQuestionForAKeyCountsAsReadingEvenIfTheKeyIsMissing() {
    Section section = Section.of("http", null);
    section.has("port");
    assertThat(section.wasRead()).isTrue();
  }

  @Test
  void namesWhatNobodyAskedForHoweverItCouldBeAsked() {
    Section root = root("{\"htpp\": {}, \"http\": {}, \"a\": 1, \"b\": 2, \"c\": 3}");
    root.section("http");
    root.isRead("a");
    JsonObject observed = root.observed();
    assertThat(observed.getInteger("b")).isEqualTo(2);
    assertThat(texts(root.unread("nobody reads this")))
        .containsExactly(
            "htpp: nobody reads this; did you mean http?",
            "c: nobody reads this; known here are a, b, http");
    assertThat(observed.copy()).isEqualTo(root.toJson());
    assertThat(root.unread("nobody reads this")).isEmpty();
  }

  @Test
  void namesNearMissesOfWhatWasAskedForAndNoOtherKey() {
    Section root = root("{\"htpp\": {}, \"http\": {}, \"elsewhere\": {}}");
    root.section("http");
    assertThat(texts(root.nearMisses("nobody reads this")))
        .containsExactly("htpp: nobody reads this; did you mean http?");
    assertThat(root.problems()).isEmpty();
  }
}
