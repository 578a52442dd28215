package io.github.vertxlifecycle.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs the tests that the guide on testing shows, as they are written there. */
@Tag("integration")
final class TestingGuideTest {

  private static final Path GUIDE = Path.of("src", "site", "markdown", "testing.md");

  /** A block, and what it takes for granted before it. */
  private static final Pattern BLOCK =
      Pattern.compile("<!-- java\\n(.*?)-->\\n```java\\n(.*?)```", Pattern.DOTALL);

  private static final Pattern NAME = Pattern.compile("^class (\\w+Test) ", Pattern.MULTILINE);

  private static final String IMPORTS =
      """
      package documented;
      import io.github.vertxlifecycle.http.*;
      import io.github.vertxlifecycle.junit5.*;
      import io.github.vertxlifecycle.lifecycle.*;
      import io.vertx.core.*;
      import io.vertx.ext.web.*;
      import java.time.*;
      import java.util.*;
      """;

  @TempDir Path output;

  @TestFactory
  Stream<DynamicTest> succeeds() throws Exception {
    List<MatchResult> blocks = BLOCK.matcher(Files.readString(GUIDE)).results().toList();
    assertThat(blocks).hasSize(3);
    return blocks.stream()
        .map(
            block ->
                dynamicTest(name(block), () -> run(name(block), block.group(2) + block.group(1))));
  }

  private static String name(MatchResult block) {
    return NAME.matcher(block.group(2)).results().findFirst().orElseThrow().group(1);
  }

  private void run(String name, String source) throws Exception {
    Path classes = Files.createDirectory(output.resolve(name));
    compile(source, classes);
    URL[] place = {classes.toUri().toURL()};
    try (URLClassLoader loader =
        new URLClassLoader(place, LifecycleExtension.class.getClassLoader())) {
      Events tests =
          EngineTestKit.engine("junit-jupiter")
              .selectors(selectClass(loader.loadClass("documented." + name)))
              .execute()
              .testEvents();
      assertThat(tests.succeeded().count()).isPositive().isEqualTo(tests.started().count());
    }
  }

  private static void compile(String source, Path classes) {
    StringWriter problems = new StringWriter();
    boolean compiled =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                problems,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString()),
                null,
                List.of(new Text(IMPORTS + source)))
            .call();
    assertThat(compiled).withFailMessage(problems::toString).isTrue();
  }

  /** A source in memory. */
  private static final class Text extends SimpleJavaFileObject {
    private final String text;

    Text(String text) {
      super(URI.create("string:///Documented.java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
