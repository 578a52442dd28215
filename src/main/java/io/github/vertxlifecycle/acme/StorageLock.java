package io.github.vertxlifecycle.acme;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one process at a time can hold, and one holder within that process. The operating
 * system releases it when the process ends, however it ends.
 */
final class StorageLock implements AutoCloseable {

  static final String NAME = "lock";

  /**
   * The lock files that this process holds. This set is asked first: on POSIX systems, closing a
   * file gives up all locks that the process has on it, so a second opening would cost the first
   * holder its lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private StorageLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** The lock; null if another process or component holds it. */
  static @Nullable StorageLock tryLock(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve(NAME);
    if (!HELD.add(file)) {
      return null;
    }
    StorageLock lock = null;
    try {
      lock = open(file);
    } finally {
      if (lock == null) {
        HELD.remove(file);
      }
    }
    return lock;
  }

  private static @Nullable StorageLock open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? new StorageLock(file, channel) : null;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
