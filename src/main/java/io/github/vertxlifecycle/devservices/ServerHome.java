package io.github.vertxlifecycle.devservices;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one embedded server: its data, its pid, and a lock that says which JVM has it.
 *
 * <p>The lock is the operating system's and goes with the JVM, however that ends. So a JVM that
 * holds the lock may end a server that still runs there: it was left over by a JVM that was killed.
 * All methods block.
 */
final class ServerHome implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path directory;
  private final boolean temporary;
  private final FileChannel lockFile;

  private ServerHome(Path directory, boolean temporary, FileChannel lockFile) {
    this.directory = directory;
    this.temporary = temporary;
    this.lockFile = lockFile;
  }

  /**
   * Opens a directory, making it if need be, and takes the lock.
   *
   * @param name of the component, for messages
   * @param kept the directory, or null for a temporary one that {@link #close()} deletes
   */
  static ServerHome open(String name, @Nullable Path kept) throws IOException {
    Path directory =
        kept == null
            ? Files.createTempDirectory("vertx-lifecycle-")
            : Files.createDirectories(kept.toAbsolutePath().normalize());
    FileChannel lockFile =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(lockFile) == null) {
      lockFile.close();
      throw new IOException(
          "%s is in use by another running instance; stop that one, or choose another %s.dataDir"
              .formatted(directory, name));
    }
    return new ServerHome(directory, kept == null, lockFile);
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException heldByThisJvm) {
      return null;
    }
  }

  Path directory() {
    return directory;
  }

  /**
   * The directory if it is to be deleted after its server has ended, even without this JVM; null if
   * it is kept.
   */
  @Nullable Path temporary() {
    return temporary ? directory : null;
  }

  /**
   * The directory of the server's own data. {@link EmbeddedServerVerticle#prepare} makes it, so
   * that it exists only when it is complete.
   */
  Path data() {
    return directory.resolve("data");
  }

  Path pidFile() {
    return directory.resolve("pid");
  }

  /** Ends a server that a killed JVM has left here, and waits until it is gone. */
  void endLeftOver(String signal) throws IOException, InterruptedException {
    ProcessHandle server = leftOver().orElse(null);
    if (server == null) {
      return;
    }
    new ProcessBuilder("kill", "-s", signal, Long.toString(server.pid())).start().waitFor();
    if (!awaitExit(server)) {
      server.destroyForcibly();
      awaitExit(server);
    }
  }

  private Optional<ProcessHandle> leftOver() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile()).strip();
    Instant written = Files.getLastModifiedTime(pidFile()).toInstant();
    return pid.matches("[0-9]{1,9}")
        ? ProcessHandle.of(Long.parseLong(pid)).filter(one -> startedAt(one, written))
        : Optional.empty();
  }

  /** Tells a server from a later process that happens to have its pid. */
  private static boolean startedAt(ProcessHandle process, Instant time) {
    return process
        .info()
        .startInstant()
        .map(start -> Duration.between(start, time).abs().compareTo(PATIENCE) < 0)
        .orElse(false);
  }

  private static boolean awaitExit(ProcessHandle process) throws InterruptedException {
    try {
      process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return !process.isAlive();
    }
  }

  /** Gives the lock back; deletes the directory if it is temporary. Its server must be gone. */
  @Override
  public void close() throws IOException {
    if (temporary) {
      delete(directory);
    } else {
      Files.deleteIfExists(pidFile());
    }
    lockFile.close();
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }
}
