package io.github.vertxlifecycle.redis;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The names of commands in lists of work in flight, without arguments. An object is made for every
 * command, its text only when such a list is made.
 *
 * @param commands one command, or those of a batch
 */
record CommandName(List<Request> commands) {

  private static final int MOST = 3;

  static CommandName of(Request command) {
    return new CommandName(List.of(command));
  }

  @Override
  public String toString() {
    String names =
        commands.stream()
            .limit(MOST)
            .map(request -> upperCase(request.command()))
            .collect(Collectors.joining(", "));
    return commands.size() == 1
        ? names
        : "batch of %s: %s%s".formatted(commands.size(), names, commands.size() > MOST ? "…" : "");
  }

  static String upperCase(Command command) {
    return command.toString().toUpperCase(Locale.ROOT);
  }
}
