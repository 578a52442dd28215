package io.github.vertxlifecycle.launcher;

import static io.github.vertxlifecycle.launcher.StopSignal.TERM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that a stop writes: looked at before the start, written whole or not at all. */
@Tag("integration")
final class ReportFileCheckTest {

  @TempDir Path dir;

  private static String conf(String key, Object file) {
    return "{lifecycle { %s = \"%s\" }}".formatted(key, file);
  }

  private static AppProcess.Ended run(String... args) throws InterruptedException {
    try (AppProcess app = new AppProcess.Command().launch(args)) {
      return app.ends();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reportFile", "reportSvg"})
  void aFolderThatDoesNotExistIsLearntBeforeTheStart(String key) throws InterruptedException {
    AppProcess.Ended ended =
        run("-conf", conf(key, "/no/such/dir/report"), ScriptedApp.class.getName());

    assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
    assertThat(ended.err())
        .contains("lifecycle." + key + ": the folder /no/such/dir does not exist; make it")
        .contains("nothing was started");
    assertThat(ended.out()).doesNotContain("only: start");
  }

  @Test
  void aCheckFindsItWithAllElseThatIsWrong() throws InterruptedException {
    AppProcess.Ended ended =
        run(
            "-conf",
            "{lifecycle { reportFile = /no/such/dir/report, reportSvg = \"%s\", stopTimeout = soon }}"
                .formatted(dir),
            "-check",
            ScriptedApp.class.getName());

    assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
    assertThat(ended.err())
        .contains("lifecycle.stopTimeout: ", "lifecycle.reportFile: the folder /no/such/dir ")
        .contains("lifecycle.reportSvg: " + dir + " is a folder");
  }

  @Test
  void oneFileCannotHoldBoth() throws InterruptedException {
    Path file = dir.resolve("report");
    AppProcess.Ended ended =
        run(
            "-conf",
            "{lifecycle { reportFile = \"%s\", reportSvg = \"%s/./report\" }}".formatted(file, dir),
            "-check",
            ScriptedApp.class.getName());

    assertThat(ended.code()).as(ended.toString()).isEqualTo(78);
    assertThat(ended.err())
        .contains("lifecycle.reportSvg: ")
        .contains(" is the file of lifecycle.reportFile already");
  }

  @Test
  void aCheckOfWhatIsRightLeavesNothing() throws InterruptedException {
    AppProcess.Ended ended =
        run("-conf", conf("reportFile", dir.resolve("r")), "-check", ScriptedApp.class.getName());

    assertThat(ended.code()).as(ended.toString()).isZero();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aGraphIsDrawnWithoutALookAtTheFiles() throws InterruptedException {
    AppProcess.Ended ended =
        run("-conf", conf("reportFile", "/no/such/dir/r"), "-graph", ScriptedApp.class.getName());

    assertThat(ended.code()).as(ended.toString()).isZero();
  }

  @Test
  void aVariableThatIsEmptyNamesNoFile() throws IOException, InterruptedException {
    Path file = Files.writeString(dir.resolve("app.conf"), "lifecycle.reportFile = ${?REPORT}");
    try (AppProcess app =
        new AppProcess.Command()
            .environment(Map.of("REPORT", ""))
            .launch("-conf", file.toString(), "-check", ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
    }
  }

  @Test
  void aFolderThatIsGoneAtTheEndIsLoggedAndChangesNoExitCode()
      throws IOException, InterruptedException {
    Path folder = Files.createDirectory(dir.resolve("reports"));
    Path file = folder.resolve("report.json");
    try (AppProcess app = AppProcess.start(conf("reportFile", file))) {
      app.started();
      Files.delete(folder);
      AppProcess.Ended ended = app.signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .contains("The report was not written to " + file)
          .contains("Stopped (SIGTERM): CLEAN");
    }
  }

  @Test
  void aDiskThatIsFullLeavesTheOldReportAndNoneWhereThereWasNone()
      throws IOException, InterruptedException {
    Path old = Files.writeString(dir.resolve("report.json"), "the old one");
    Path none = dir.resolve("stop.svg");
    String conf = "{lifecycle { reportFile = \"%s\", reportSvg = \"%s\" }}".formatted(old, none);
    try (AppProcess app =
        new AppProcess.Command().noFileGrows().launch("-conf", conf, ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out())
          .contains("The report was not written to " + old)
          .contains("The report was not written to " + none);
    }
    assertThat(old).hasContent("the old one");
    try (var files = Files.list(dir)) {
      assertThat(files).containsExactly(old);
    }
  }

  @Test
  void aPipeThatNobodyReadsDoesNotHoldUpTheEnd() throws IOException, InterruptedException {
    Path pipe = dir.resolve("pipe");
    new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    Path picture = dir.resolve("stop.svg");
    String conf = "{lifecycle { reportFile = \"%s\", reportSvg = \"%s\" }}";
    try (AppProcess app = AppProcess.start(conf.formatted(pipe, picture))) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("The report was not written within");
    }
    assertThat(picture).content().endsWith("</svg>\n");
  }

  @Test
  void standardOutputMayBeTheFile() throws InterruptedException {
    try (AppProcess app = AppProcess.start(conf("reportFile", "/dev/stdout"))) {
      AppProcess.Ended ended = app.started().signal(TERM).ends();

      assertThat(ended.code()).as(ended.toString()).isZero();
      assertThat(ended.out()).contains("\n{\"reason\":\"SIGTERM\",");
    }
  }

  @Test
  void theReportSaysWhichApplicationItWasAndWhen() throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    long before = System.currentTimeMillis();
    try (AppProcess app = AppProcess.start(conf("reportFile", file))) {
      app.started().signal(TERM).ends();
    }
    long after = System.currentTimeMillis();
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getString("application")).isEqualTo("ScriptedApp");
    assertThat(report.containsKey("version")).as("from a folder of classes").isFalse();
    assertThat(report.getString("host")).isNotBlank();
    assertThat(report.getLong("pid")).isPositive().isNotEqualTo(ProcessHandle.current().pid());
    String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    assertThat(report.getString("started")).matches(time);
    assertThat(report.getString("begin")).matches(time);
    assertThat(report.getString("end")).matches(time);
    Instant started = Instant.parse(report.getString("started"));
    Instant begin = Instant.parse(report.getString("begin"));
    Instant end = Instant.parse(report.getString("end"));
    assertThat(started).isBeforeOrEqualTo(begin);
    assertThat(started.toEpochMilli()).isGreaterThanOrEqualTo(before);
    assertThat(end.toEpochMilli()).isLessThanOrEqualTo(after);
    assertThat(end).isEqualTo(begin.plusMillis(report.getLong("durationMs")));
  }

  @Test
  void theVersionIsThatOfTheApplicationsJar() throws IOException, InterruptedException {
    Path jar = jar("4.5.6");
    Path file = dir.resolve("report.json");
    String conf = "{lifecycle { reportFile = \"%s\", console = on }}".formatted(file);
    AppProcess.Ended ended;
    try (AppProcess app =
        new AppProcess.Command().classPathBegins(jar).launch("-conf", conf, "orders.OrdersApp")) {
      ended = app.started().signal(TERM).ends();
    }
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getString("application")).isEqualTo("OrdersApp");
    assertThat(report.getString("version")).isEqualTo("4.5.6");
    assertThat(ended.out()).contains("OrdersApp 4.5.6, host ");
  }

  /** An application in a jar of its own. */
  private Path jar(String version) throws IOException {
    Path source =
        Files.writeString(
            dir.resolve("OrdersApp.java"),
            """
            package orders;
            public class OrdersApp extends io.github.vertxlifecycle.lifecycle.RootVerticle {
              protected void components(io.github.vertxlifecycle.lifecycle.Components app) {
                app.add("only", () -> new io.vertx.core.AbstractVerticle() {});
              }
            }
            """);
    String classPath = System.getProperty("java.class.path");
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, source.toString()))
        .isZero();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
    Path jar = dir.resolve("orders.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (String name : List.of("OrdersApp.class", "OrdersApp$1.class")) {
        out.putNextEntry(new ZipEntry("orders/" + name));
        Files.copy(dir.resolve(name), out);
      }
    }
    return jar;
  }

  @Test
  void theReportNamesTheWorkThatTookLongest() throws IOException, InterruptedException {
    Path file = dir.resolve("report.json");
    String conf =
        "{lifecycle { reportFile = \"%s\" }, script { a { work = untilDrained }, b { work = never } },"
            + " b { drainTimeout = 200ms }}";
    try (AppProcess app = AppProcess.start(conf.formatted(file))) {
      assertThat(app.started().signal(TERM).ends().code()).isEqualTo(124);
    }
    JsonObject report = new JsonObject(Files.readString(file));

    assertThat(report.getJsonArray("longestWork"))
        .extracting(JsonObject.class::cast)
        .extracting(
            one -> one.getString("component"),
            one -> one.getString("what"),
            one -> one.getBoolean("cut"))
        .containsExactlyInAnyOrder(
            tuple("a", "nightly batch", false), tuple("b", "endless work", true));
    assertThat(report.getJsonArray("longestWork"))
        .allSatisfy(one -> assertThat(((JsonObject) one).getLong("ageMs")).isGreaterThan(150));
  }
}
