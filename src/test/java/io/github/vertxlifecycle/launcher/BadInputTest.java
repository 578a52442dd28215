package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a whole process says to bad input, and what it ends with. */
@Tag("integration")
final class BadInputTest {

  private static final String APP = ScriptedApp.class.getName();

  @TempDir Path dir;

  private static AppProcess.Ended run(String... args) throws InterruptedException {
    try (AppProcess app = new AppProcess.Command().launch(args)) {
      return app.ends();
    }
  }

  private static void assertRefused(AppProcess.Ended ended, int code) {
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    assertThat(ended.err()).doesNotContain("\tat ");
    assertThat(ended.out()).doesNotContain("Starting");
  }

  private AppProcess.Ended runWith(String text) throws IOException, InterruptedException {
    return run("-conf", Files.writeString(dir.resolve("app.conf"), text).toString(), APP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -nonsense                 | Unknown option
          -conf                     | Missing required parameter
          -instances many           | is not an int
          -instances 2              | A root verticle has one instance
          -worker -virtual-thread   | exclude each other
          -cluster-port 1           | need -cluster
          one two                   | Unmatched argument
          no.such.Verticle          | There is no class no.such.Verticle
          java.lang.String          | is not a verticle
          """)
  void refusesACommandLineWithTheReason(String line, String reason) throws InterruptedException {
    String[] words = line.split(" ");
    AppProcess.Ended ended =
        line.startsWith("-instances") || line.startsWith("-worker")
            ? run((line + " " + APP).split(" "))
            : run(words);

    assertRefused(ended, 2);
    assertThat(ended.err()).contains(reason);
  }

  @Test
  void refusesToStartNothing() throws InterruptedException {
    AppProcess.Ended ended = run();

    assertRefused(ended, 2);
    assertThat(ended.err()).contains("There is no main verticle");
  }

  @Test
  void tellsThatAFileDoesNotExist() throws InterruptedException {
    AppProcess.Ended ended = run("-conf", "no-such.conf", APP);

    assertRefused(ended, 78);
    assertThat(ended.err()).contains("no-such.conf, given by -conf, does not exist");
  }

  @Test
  void tellsThatAFileIsADirectory() throws InterruptedException {
    AppProcess.Ended ended = run("-conf", dir.toString(), APP);

    assertRefused(ended, 78);
    assertThat(ended.err()).contains(dir + ", given by -conf, is a directory");
  }

  @Test
  void tellsOfEmptyMalformedAndUnresolvedFiles() throws IOException, InterruptedException {
    AppProcess.Ended empty = runWith(" \n");
    AppProcess.Ended malformed = runWith("a {\n  b = 1\n");
    AppProcess.Ended unresolved = runWith("a = 1\nb = ${NOT_THERE}\n");

    assertRefused(empty, 78);
    assertThat(empty.err()).contains("app.conf is empty");
    assertRefused(malformed, 78);
    assertThat(malformed.err()).containsPattern("app\\.conf:\\d: ");
    assertRefused(unresolved, 78);
    assertThat(unresolved.err()).contains("app.conf:2: ").contains("${NOT_THERE}");
  }

  @Test
  void listsAllProblemsAtOnceEachWithItsLine() throws IOException, InterruptedException {
    AppProcess.Ended ended =
        runWith(
            """
            lifecycle {
              stopTimout = 3s
              startTimeout = soon
            }
            script {
              a { strict = true, dependsOn = [b] }
              b { dependsOn = [a] }
            }
            a {
              port = high
              prot = 1
            }
            """);

    assertRefused(ended, 78);
    assertThat(ended.err())
        .contains("The configuration has 5 problems; nothing was started.")
        .contains("app.conf:2: lifecycle.stopTimout: unknown key; did you mean stopTimeout?")
        .contains("app.conf:3: lifecycle.startTimeout: \"soon\" is not a duration")
        .contains("app.conf:10: a.port: must be a whole number")
        .contains("app.conf:11: a.prot: unknown key; did you mean port?")
        .contains("cycle: a → b → a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {script { a { dependsOn = [b] } }}                        | b
          {script { a { dependsOn = [a] } }}                        | itself
          {script { a { named = c }, b { named = c } }}             | two components named "c"
          {script { a {}, b { dependsOn = [a] } }, lifecycle { stopTimeout = 1s }} | b → a
          {lifecycle = 7}                                           | must be a section
          {lifecycle { components { x { verticle = no.Such } } }}   | there is no class no.Such
          """)
  void refusesWhatCannotBeOrdered(String conf, String reason) throws InterruptedException {
    AppProcess.Ended ended = run("-conf", conf, APP);

    assertRefused(ended, 78);
    assertThat(ended.err()).contains(reason);
  }

  @Test
  void holdsASectionAgainstTheSchemaOfItsComponent() throws InterruptedException {
    AppProcess.Ended ended =
        run(
            "-conf",
            "{script { a { schema { type = object, properties { url { type = string } },"
                + " required = [user] } } }, a { url = 7, instances = 1 }}",
            APP);

    assertRefused(ended, 78);
    assertThat(ended.err()).contains("-conf:1: a.url: ").contains("user");
  }

  @Test
  void refusesOptionsThatVertxItselfWouldIgnore() throws InterruptedException {
    AppProcess.Ended missing = run("-options", "no-such.json", APP);
    AppProcess.Ended senseless = run("-options", "{eventLoopPoolSize = -1}", APP);
    AppProcess.Ended deployment = run("-deployment-options", "[", APP);

    assertRefused(missing, 78);
    assertRefused(senseless, 78);
    assertThat(senseless.err()).contains("-options: ");
    assertRefused(deployment, 78);
  }

  @Test
  void neverPrintsASecretOfTheFile() throws IOException, InterruptedException {
    AppProcess.Ended ended;
    Path file = Files.writeString(dir.resolve("app.conf"), "a { password = ${PW} hunter2 ] }\n");
    try (AppProcess app =
        new AppProcess.Command()
            .environment(Map.of("PW", "hunter3"))
            .launch("-conf", file.toString(), APP)) {
      ended = app.ends();
    }

    assertRefused(ended, 78);
    assertThat(ended.err()).doesNotContain("hunter").contains("app.conf:1: ");
  }

  @Test
  void warnsOfWhatNobodyReads() throws InterruptedException {
    try (AppProcess app = AppProcess.start("{onyl { x = 1 }}")) {
      app.says("onyl: nobody reads this; did you mean only?").started();

      assertThat(app.signal(StopSignal.TERM).ends().code()).isZero();
    }
  }

  @Test
  void checkRefusesWhatNobodyReads() throws InterruptedException {
    AppProcess.Ended misspelt = run("-conf", "{onyl { x = 1 }}", "-check", APP);
    AppProcess.Ended quoted = run("-conf", "{\"only.x\": 1}", "-check", APP);
    AppProcess.Ended foreign = run("-conf", "{audit { x = 1 }}", "-check", APP);

    assertRefused(misspelt, 78);
    assertThat(misspelt.err()).contains("-conf:1: onyl: nobody reads this; did you mean only?");
    assertRefused(quoted, 78);
    assertThat(quoted.err()).contains("only.x: nobody reads this").contains("only { x = … }");
    assertRefused(foreign, 78);
    assertThat(foreign.err()).contains("audit: nobody reads this; known here are ");
  }

  @Test
  void helpAndVersionAreNoErrors() throws InterruptedException {
    AppProcess.Ended help = run("-help");
    AppProcess.Ended version = run("--version");

    assertRefused(help, 0);
    assertThat(help.out()).contains("Usage: java -jar APP.jar").contains("-deployment-options");
    assertRefused(version, 0);
    assertThat(version.out()).contains("Vert.x 5.");
  }
}
