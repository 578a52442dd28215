package io.github.vertxlifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles each {@code java} block of the documents: those at the top, and the guides. A block is
 * complete, with no {@code …} in it, and is compiled as it stands, by this rule:
 *
 * <ul>
 *   <li>A block one of whose lines begins with a type (no blanks before it) is a source file.
 *   <li>Any other is the body of a method of a {@code LifecycleVerticle}.
 *   <li>All packages of this project, and those of {@link #IMPORTS}, are imported on demand.
 *   <li>What an example takes for granted stands before it in a comment that only a reader of the
 *       source sees, of lines between {@code <!-- java} and {@code -->}: types of that file, or
 *       members of that verticle.
 * </ul>
 */
final class DocumentedJavaTest {

  private static final Path README = Path.of("README.md");
  private static final Path GUIDES = Path.of("src", "site", "markdown");
  private static final Path CLASSES = Path.of("target", "classes");

  private static final List<String> IMPORTS =
      List.of(
          "io.vertx.core",
          "io.vertx.core.buffer",
          "io.vertx.core.eventbus",
          "io.vertx.core.http",
          "io.vertx.core.json",
          "io.vertx.ext.web",
          "io.vertx.redis.client",
          "io.vertx.sqlclient",
          "java.time",
          "java.util",
          "software.amazon.awssdk.services.s3");

  private static final Pattern TYPE =
      Pattern.compile(
          "(@\\w+ )*((public|final|abstract|sealed) )*(class|interface|record|enum) .*");

  @TempDir Path output;

  /** Some lines of a document, the first of which has this number there, from 1. */
  private record Lines(int first, List<String> text) {}

  /** A block, and the comment before it, which may have no lines. */
  private record Block(Path document, Lines assumed, Lines code) {

    String place(int line) {
      return document + ":" + line;
    }

    boolean isFile() {
      return code.text.stream().anyMatch(line -> TYPE.matcher(line).matches());
    }
  }

  @Test
  void theReadmeHasJavaBlocks() throws IOException {
    assertThat(blocks(README)).isNotEmpty();
  }

  @TestFactory
  Stream<DynamicTest> compiles() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path document : documents()) {
      blocks.addAll(blocks(document));
    }
    return blocks.stream()
        .map(
            one ->
                dynamicTest(one.place(one.code.first), () -> assertThat(compile(one)).isEmpty()));
  }

  private static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> top = Files.list(Path.of(""))) {
      top.forEach(found::add);
    }
    if (Files.isDirectory(GUIDES)) {
      try (Stream<Path> guides = Files.walk(GUIDES)) {
        guides.forEach(found::add);
      }
    }
    return found.stream().filter(one -> one.toString().endsWith(".md")).sorted().toList();
  }

  private static List<Block> blocks(Path document) throws IOException {
    List<String> lines = Files.readAllLines(document);
    List<Block> blocks = new ArrayList<>();
    Lines assumed = new Lines(1, List.of());
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.equals("<!-- java")) {
        assumed = until("-->", lines, at + 1);
        at += assumed.text.size() + 1;
      } else if (line.equals("```java")) {
        Lines code = until("```", lines, at + 1);
        blocks.add(new Block(document, assumed, code));
        at += code.text.size() + 1;
        assumed = new Lines(1, List.of());
      }
    }
    return blocks;
  }

  private static Lines until(String end, List<String> lines, int from) {
    int to = from;
    while (!lines.get(to).equals(end)) {
      to++;
    }
    return new Lines(from + 1, lines.subList(from, to));
  }

  /** What the compiler says of it, each with its place in the document. */
  private List<String> compile(Block block) throws IOException {
    // the first line holds all that is not in the document, the block and then the comment follow
    StringBuilder source = new StringBuilder("package documented;");
    for (String name : packages()) {
      source.append("import ").append(name).append(".*;");
    }
    if (!block.isFile()) {
      source.append(
          "class Example extends LifecycleVerticle { Object example() throws Exception {");
    }
    source.append('\n').append(String.join("\n", block.code.text)).append('\n');
    if (!block.isFile()) {
      source.append("return null; }");
    }
    source.append('\n').append(String.join("\n", block.assumed.text)).append('\n');
    if (!block.isFile()) {
      source.append('}');
    }
    return diagnostics(source.toString()).stream().map(one -> told(block, one)).toList();
  }

  private static Set<String> packages() throws IOException {
    Set<String> names = new TreeSet<>(IMPORTS);
    try (Stream<Path> all = Files.walk(CLASSES)) {
      all.filter(one -> one.toString().endsWith(".class"))
          .map(one -> CLASSES.relativize(one).getParent())
          .forEach(
              one -> names.add(one.toString().replace(one.getFileSystem().getSeparator(), ".")));
    }
    return names;
  }

  private List<Diagnostic<? extends JavaFileObject>> diagnostics(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> heard = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "--release=17",
            "-Xlint:deprecation,removal,unchecked,rawtypes",
            "-proc:none",
            "-classpath",
            System.getProperty("java.class.path"),
            "-d",
            output.toString());
    compiler
        .getTask(new StringWriter(), null, heard, options, null, List.of(new Source(source)))
        .call();
    return heard.getDiagnostics();
  }

  private static String told(Block block, Diagnostic<? extends JavaFileObject> problem) {
    int line = (int) problem.getLineNumber() - 2; // 0 is the first line of the block
    int size = block.code.text.size();
    int place = line <= size ? block.code.first + line : block.assumed.first + line - size - 1;
    return block.place(place) + ": " + problem.getMessage(null);
  }

  /** A source in memory; public types of any name may be in it. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Example.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }
  }
}
