package io.github.vertxlifecycle.handover;

import io.github.vertxlifecycle.event.FailureText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of the socket on which a process waits for its successor. It is bound under another name
 * and then moved to its path, so there is always either the old one or the new one; and it is
 * removed only if it is still this process's. Its directory must be closed to others: whoever could
 * put a socket there could give a process other sockets than those of its predecessor.
 *
 * <p>All methods may block.
 */
final class ControlSocket {

  /** What {@code sockaddr_un} holds, without the zero that ends a path. */
  private static final int LONGEST_PATH = 107;

  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path path;
  private final Path bindPath;
  private @Nullable Object own; // the file's inode

  ControlSocket(Path path, long pid) {
    this.path = path;
    this.bindPath = path.resolveSibling(path.getFileName() + "." + pid);
  }

  Path path() {
    return path;
  }

  /** What to bind. */
  Path bindPath() {
    return bindPath;
  }

  /** The user whose process this is. */
  static int ourUid() throws IOException {
    return uid(Path.of("/proc/self"));
  }

  private static int uid(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:uid");
  }

  /**
   * Makes the directory if it is missing, and looks whether all is as it must be.
   *
   * @throws HandoverException if it is not
   */
  void prepare() throws HandoverException {
    if (bindPath.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      throw HandoverException.unusable(
          "%s is too long for a Unix domain socket, with %s at its end; choose a path of at most %s bytes"
              .formatted(
                  path,
                  bindPath.toString().substring(path.toString().length()),
                  LONGEST_PATH - (bindPath.toString().length() - path.toString().length())));
    }
    Path directory = path.getParent();
    if (directory == null) {
      throw HandoverException.unusable(path + " is a directory; name a file in one");
    }
    try {
      if (Files.notExists(directory)) {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNERS));
      }
      checkDirectory(directory);
      checkFile();
      removeLeftovers(directory);
    } catch (IOException e) {
      throw HandoverException.unusable(
          "no socket can be made at %s: %s; create the directory for this user alone (mkdir -m 700, or systemd's RuntimeDirectory= with RuntimeDirectoryMode=0700)"
              .formatted(path, FailureText.withRoot(e)));
    }
  }

  private static void checkDirectory(Path directory) throws IOException, HandoverException {
    Map<String, Object> its = Files.readAttributes(directory, "unix:uid,permissions");
    int ours = ourUid();
    Object owner = its.get("uid");
    if (!Integer.valueOf(ours).equals(owner)) {
      throw HandoverException.unusable(
          "the directory %s belongs to user %s, and this process runs as user %s; give it a directory of its own"
              .formatted(directory, owner, ours));
    }
    @SuppressWarnings("unchecked") // so it says
    Set<PosixFilePermission> granted = (Set<PosixFilePermission>) its.get("permissions");
    if (granted != null && granted.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw HandoverException.unusable(
          "others may write to the directory %s (%s), and could pass this service sockets of theirs; chmod 700 it, or choose a directory of its own"
              .formatted(directory, PosixFilePermissions.toString(granted)));
    }
  }

  private void checkFile() throws IOException, HandoverException {
    if (Boolean.FALSE.equals(SocketFiles.isSocket(path))) {
      throw HandoverException.unusable(
          "at %s there is a file that is no socket; remove it or choose another path"
              .formatted(path));
    }
  }

  /** Puts the bound socket where a successor looks for it, in the place of any other. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(bindPath, PosixFilePermissions.fromString("rw-------"));
    Object inode = SocketFiles.inode(bindPath);
    Files.move(bindPath, path, StandardCopyOption.ATOMIC_MOVE);
    own = inode;
  }

  /** Removes what was put there, unless a successor has put its own in its place. */
  void remove() throws IOException {
    try {
      Files.deleteIfExists(bindPath);
      if (own != null && own.equals(SocketFiles.inode(path))) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException gone) {
      // as it should be
    }
    own = null;
  }

  /** Removes what processes have left that ended before they had published theirs. */
  private void removeLeftovers(Path directory) throws IOException {
    String prefix = path.getFileName() + ".";
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory,
            file -> {
              String name = String.valueOf(file.getFileName());
              return name.startsWith(prefix)
                  && name.substring(prefix.length()).matches("[0-9]{1,18}");
            })) {
      for (Path file : files) {
        long pid = Long.parseLong(String.valueOf(file.getFileName()).substring(prefix.length()));
        if (ProcessHandle.of(pid).isEmpty() || pid == ProcessHandle.current().pid()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
