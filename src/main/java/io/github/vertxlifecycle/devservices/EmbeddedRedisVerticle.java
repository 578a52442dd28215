package io.github.vertxlifecycle.devservices;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * A Redis server from {@code com.github.codemonstur:embedded-redis}, as a component. Commands that
 * it has answered survive its own death, because it writes an append-only file.
 */
public final class EmbeddedRedisVerticle extends EmbeddedServerVerticle {

  private static final String PROGRAM = "redis-server";

  /** Makes the component; its section configures it. */
  public EmbeddedRedisVerticle() {}

  @Override
  String signal() {
    return "TERM";
  }

  @Override
  URI uri(int listenPort) {
    return URI.create("redis://%s:%s".formatted(HOST, listenPort));
  }

  @Override
  List<String> prepare(ServerHome in) throws IOException {
    Files.createDirectories(in.data());
    return List.of(
        binary().toString(),
        "--bind",
        HOST,
        "--dir",
        in.data().toString(),
        "--appendonly",
        "yes",
        "--appendfsync",
        "no", // by default it answers before it writes while the disk is busy
        "--save",
        "",
        "--port");
  }

  /** The unpacked program. Blocks. */
  static Path binary() throws IOException {
    OsArchitecture system = OsArchitecture.detectOSandArchitecture();
    String resource = ExecutableProvider.newProvidedVersionsMap().get(system);
    if (resource == null) {
      throw new IOException("embedded-redis has no Redis for " + system.os + " " + system.arch);
    }
    Path place =
        UnpackedBinaries.directory(
            Path.of(resource).getFileName().toString(), directory -> unpack(resource, directory));
    return place.resolve(PROGRAM);
  }

  private static void unpack(String resource, Path directory) throws IOException {
    String absolute = resource.startsWith("/") ? resource : "/" + resource;
    Path program = directory.resolve(PROGRAM);
    try (InputStream binary = ExecutableProvider.class.getResourceAsStream(absolute)) {
      if (binary == null) {
        throw new FileNotFoundException(resource);
      }
      Files.copy(binary, program);
    }
    if (!program.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make " + program + " executable");
    }
  }
}
