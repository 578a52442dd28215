package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigValue;
import io.github.vertxlifecycle.config.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationFileTest {

  @TempDir Path dir;

  private Configuration read(String text) throws IOException, LaunchException {
    return read(Files.writeString(dir.resolve("app.conf"), text));
  }

  private static Configuration read(Path file) throws LaunchException {
    return ConfigurationFile.read("-conf", file.toString());
  }

  private AbstractThrowableAssert<?, ?> assertRefused(String text) {
    return assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            LaunchException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
  }

  private static String place(Configuration configuration, String path) {
    return configuration.locate(new Problem(path, "wrong"));
  }

  @Test
  void noFileIsAllDefaults() throws LaunchException {
    assertThat(Configuration.read("-conf", null).json()).isEqualTo(new JsonObject());
  }

  @Test
  void readsHoconAndRemembersTheLines() throws IOException, LaunchException {
    Configuration read = read("# first\na { b = 25s\n  c = [1, true, null] }\n");

    assertThat(read.json())
        .isEqualTo(
            new JsonObject()
                .put(
                    "a",
                    new JsonObject()
                        .put("b", "25s")
                        .put("c", new JsonArray().add(1).add(true).addNull())));
    assertThat(place(read, "a.b")).isEqualTo(dir.resolve("app.conf") + ":2: a.b: wrong");
    assertThat(place(read, "a.c.1")).endsWith("app.conf:3: a.c.1: wrong");
  }

  @Test
  void aKeyThatIsMissingStandsWhereItsSectionDoes() throws IOException, LaunchException {
    assertThat(place(read("x = 1\na { b = 1 }\n"), "a.missing")).contains("app.conf:2: a.missing");
    assertThat(place(read("x = 1"), "a.missing")).isEqualTo("a.missing: wrong");
  }

  @Test
  void readsJsonFromTheCommandLine() throws LaunchException {
    Configuration read = ConfigurationFile.read("-conf", " {\"a\": {\"b.c\": 1}}");

    assertThat(read.json()).isEqualTo(new JsonObject().put("a", new JsonObject().put("b.c", 1)));
    assertThat(place(read, "a")).isEqualTo("-conf:1: a: wrong");
  }

  @Test
  void includesAreRelativeToTheFile() throws IOException, LaunchException {
    Files.writeString(dir.resolve("more.conf"), "\n\na = 1");

    Configuration read = read("include \"more.conf\"\nb = 2");

    assertThat(read.json()).isEqualTo(new JsonObject().put("a", 1).put("b", 2));
    assertThat(place(read, "a")).contains("more.conf:3");
  }

  @Test
  void takesFromTheEnvironmentAndNotFromSystemProperties() throws IOException, LaunchException {
    Configuration read =
        read("path = ${PATH}, none = ${?NO_SUCH_VARIABLE}, own = ${?java.version}\n");

    assertThat(read.json()).isEqualTo(new JsonObject().put("path", System.getenv("PATH")));
    assertThat(place(read, "path")).isEqualTo("environment variable PATH: path: wrong");
  }

  @Test
  void namesTheVariableOfEveryValueFromTheEnvironment() throws IOException, LaunchException {
    String home = System.getenv("HOME");
    Configuration read =
        read("a = 1\na = ${?HOME}\nb = ${HOME}/x\nc = [${HOME}]\nd { e = ${a} }\nf = ${?a.b}\n");

    assertThat(read.json())
        .isEqualTo(
            new JsonObject()
                .put("a", home)
                .put("b", home + "/x")
                .put("c", new JsonArray().add(home))
                .put("d", new JsonObject().put("e", home)));
    for (String path : List.of("a", "b", "c.0", "d.e")) {
      assertThat(place(read, path)).contains("environment variable HOME").endsWith(": wrong");
    }
    assertThat(place(read, "b")).contains("app.conf:");
  }

  @Test
  void aListFromTheEnvironmentHasNumberedVariables() {
    EnvironmentResolver resolver =
        new EnvironmentResolver(Map.of("PEER_0", "a", "PEER_1", "b", "PEER_3", "d"));

    ConfigValue peers = resolver.lookup("\"PEER[]\"");
    assertThat(peers).isNotNull();
    assertThat(peers.unwrapped()).isEqualTo(List.of("a", "b"));
    assertThat(resolver.lookup("\"OTHER[]\"")).isNull();
  }

  @Test
  void commentsAloneAreMeantButNothingIsNot() throws IOException, LaunchException {
    assertThat(read("# all defaults\n").json()).isEqualTo(new JsonObject());
    assertThat(read("{}").json()).isEqualTo(new JsonObject());
    assertRefused("").hasMessageContaining("app.conf is empty; write {} if that is meant");
    assertRefused(" \n\t").hasMessageContaining("is empty");
  }

  @Test
  void saysWhereItIsMalformed() {
    assertRefused("a = 1\nb = [1,\n").hasMessageContaining("app.conf:");
    assertRefused("[1]").hasMessageContaining("app.conf:1: ");
    assertRefused("a = ${b}\nb = ${a}").hasMessageContaining("app.conf");
    assertRefused("a = 1\n\nb = ${NO_SUCH_VARIABLE}")
        .hasMessageContaining("app.conf:3: ")
        .hasMessageContaining("${NO_SUCH_VARIABLE}");
  }

  @Test
  void doesNotQuoteWhatMayBeASecret() {
    for (String broken :
        new String[] {
          "password = hun'ter2 ]",
          "password { hunter2 }",
          "password = \"hunter2",
          "password = [ hunter2 : ]",
          "password = a, hunter2",
          "password = \"\"\"hunter2",
          "password = ${hunter2 }]",
          "password = ^hunter2",
          "hunter2",
        }) {
      assertRefused(broken).hasMessageNotContaining("hunter2").hasMessageContaining("app.conf:1");
    }
  }

  @Test
  void saysWhyAFileCannotBeRead() throws IOException {
    Path loop = Files.createSymbolicLink(dir.resolve("loop"), dir.resolve("loop"));
    Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), dir.resolve("nothing"));

    assertThatThrownBy(() -> read(dir.resolve("nothing"))).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> read(dir)).hasMessageContaining("is a directory");
    assertThatThrownBy(() -> read(loop)).hasMessageContaining("leads nowhere");
    assertThatThrownBy(() -> read(dangling)).hasMessageContaining("leads nowhere");
  }
}
