package io.github.vertxlifecycle.graph;

import java.util.HashMap;
import java.util.Map;

/**
 * A graph as text for tools that draw it. An arrow points from a component to what it depends on.
 */
public final class GraphText {

  private GraphText() {}

  /**
   * Writes Mermaid, as in a fenced block of Markdown.
   *
   * @param graph what to write
   * @return lines, each ended
   */
  public static String mermaid(ComponentGraph graph) {
    Map<String, String> ids = new HashMap<>();
    StringBuilder text = new StringBuilder("graph TD\n");
    graph
        .dependencies()
        .forEach(
            (name, needs) -> {
              String id = "c" + ids.size();
              ids.put(name, id);
              text.append("  %s[\"%s\"]\n".formatted(id, name.replace("\"", "#quot;")));
            });
    graph
        .dependencies()
        .forEach(
            (name, needs) ->
                needs.forEach(
                    need -> text.append("  %s --> %s\n".formatted(ids.get(name), ids.get(need)))));
    return text.toString();
  }

  /**
   * Writes Graphviz's DOT.
   *
   * @param graph what to write
   * @return lines, each ended
   */
  public static String dot(ComponentGraph graph) {
    StringBuilder text = new StringBuilder("digraph lifecycle {\n  node [shape=box];\n");
    graph
        .dependencies()
        .forEach(
            (name, needs) -> {
              text.append("  %s;\n".formatted(quoted(name)));
              needs.forEach(
                  need -> text.append("  %s -> %s;\n".formatted(quoted(name), quoted(need))));
            });
    return text.append("}\n").toString();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
