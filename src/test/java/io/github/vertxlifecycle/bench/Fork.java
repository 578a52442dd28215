package io.github.vertxlifecycle.bench;

import io.github.vertxlifecycle.process.JavaCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program in a JVM of its own that prints figures, one {@code name=number} a line. */
final class Fork {

  private Fork() {}

  static Map<String, Double> run(Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    return run(List.of(), program, arguments);
  }

  static Map<String, Double> run(List<String> flags, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(flags, program, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(program.getSimpleName() + " ended with " + code + ":\n" + output);
    }
    Map<String, Double> figures = new HashMap<>();
    output
        .lines()
        .map(line -> line.split("=", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> figures.put(parts[0], Double.valueOf(parts[1])));
    return figures;
  }

  static List<String> command(List<String> flags, Class<?> program, String... arguments) {
    List<String> command = JavaCommand.java();
    command.add("-Dlogback.configurationFile=quiet.xml");
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
