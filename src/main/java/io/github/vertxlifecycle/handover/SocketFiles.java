package io.github.vertxlifecycle.handover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** What the files of Unix domain sockets are; symbolic links are not followed. May block. */
public final class SocketFiles {

  private static final int TYPE_OF_FILE = 0170000;
  private static final int SOCKET = 0140000;

  private SocketFiles() {}

  /**
   * Whether there is a socket.
   *
   * @param path where
   * @return null if there is no file
   * @throws IOException if that cannot be seen
   */
  public static @Nullable Boolean isSocket(Path path) throws IOException {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & TYPE_OF_FILE) == SOCKET;
    } catch (NoSuchFileException free) {
      return null;
    }
  }

  /**
   * Which file it is, whatever its name.
   *
   * @param path where
   * @return equal for the same file
   * @throws IOException if there is none
   */
  public static @Nullable Object inode(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
