package io.github.vertxlifecycle.launcher;

import io.github.vertxlifecycle.graph.ComponentGraph;
import io.github.vertxlifecycle.graph.GraphText;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** How {@code -graph} prints. */
enum GraphFormat {
  /** For Markdown. */
  MERMAID,
  /** For Graphviz. */
  DOT;

  String text(ComponentGraph graph) {
    return switch (this) {
      case MERMAID -> GraphText.mermaid(graph);
      case DOT -> GraphText.dot(graph);
    };
  }

  /** Takes the next argument if it is a format, and leaves it if it is the main verticle. */
  static final class Consumer implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // the type is picocli's
    public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
      GraphFormat format = MERMAID;
      for (GraphFormat one : values()) {
        if (!args.isEmpty() && one.name().equalsIgnoreCase(args.peek())) {
          args.pop();
          format = one;
          break;
        }
      }
      option.setValue(format);
    }
  }
}
