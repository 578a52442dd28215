package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written for machines is the same wherever the process runs. */
@Tag("integration")
final class LocaleTest {

  /** Digits that are none to a machine. */
  private static final String FOREIGN_DIGIT = "(?s).*[\\p{Nd}&&[^0-9]].*";

  @TempDir Path dir;

  private static AppProcess.Command in(String tag) {
    Locale locale = Locale.forLanguageTag(tag);
    return new AppProcess.Command()
        .jvm("-Duser.language=" + locale.getLanguage())
        .jvm("-Duser.country=" + locale.getCountry());
  }

  @ParameterizedTest
  @ValueSource(strings = {"fa-IR", "ar-EG", "tr-TR"})
  void everyTextHasTheDigitsOfAMachine(String tag) throws InterruptedException, IOException {
    assertThat(String.format(Locale.forLanguageTag(tag), "%d", 1).matches(FOREIGN_DIGIT))
        .as("digits of its own in %s", tag)
        .isEqualTo(!tag.equals("tr-TR"));
    Path json = dir.resolve("report.json");
    Path svg = dir.resolve("stop.svg");
    String conf = "{lifecycle { reportFile = \"%s\", reportSvg = \"%s\" }}".formatted(json, svg);

    AppProcess.Ended checked;
    try (AppProcess app = in(tag).launch("-conf", conf, "-check", ScriptedApp.class.getName())) {
      checked = app.ends();
    }
    AppProcess.Ended ended;
    try (AppProcess app = in(tag).launch("-conf", conf, ScriptedApp.class.getName())) {
      ended = app.started().signal(StopSignal.TERM).ends();
    }

    assertThat(checked.code()).as(checked.toString()).isZero();
    assertThat(ended.code()).as(ended.toString()).isZero();
    for (String text :
        List.of(checked.out(), ended.out(), Files.readString(json), Files.readString(svg))) {
      assertThat(text).containsPattern("[0-9]").doesNotMatch(FOREIGN_DIGIT);
    }
    assertThat(new JsonObject(Files.readString(json)).getString("outcome")).isEqualTo("CLEAN");
    assertThat(Files.readString(svg)).containsPattern("viewBox=\"0 0 [0-9]+ [0-9]+\"");
  }
}
