package io.github.vertxlifecycle.http;

import io.github.vertxlifecycle.handover.SocketFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix domain socket that a server listens on.
 *
 * <p>The server is bound to another name in the same directory, which nobody else has, and that
 * file is then moved to the path. So it does not matter what a transport does with the name that it
 * binds: epoll removes whatever is there before, and both remove by name what is there at the end,
 * even another process's socket. The path is taken only if nobody accepts connections there, and at
 * the end it is removed only if its file is still the one that was moved there.
 *
 * <p>All methods but {@link #bindPath} may block. Thread-safe.
 */
final class UnixSocketFile {

  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  private final Path path;
  private final Path bindPath;
  private @Nullable Object own; // the file's inode; under this
  private boolean inherited; // under this

  UnixSocketFile(String path) {
    this.path = Path.of(path);
    this.bindPath =
        this.path.resolveSibling("." + UUID.randomUUID().toString().substring(0, 8)); // as short
  }

  /** What to bind. */
  String bindPath() {
    return bindPath.toString();
  }

  /**
   * The socket that listens there already is this process's, too.
   *
   * @param remains whether it is there for longer than any process that listens on it
   * @throws IOException if there is none
   */
  synchronized void inherit(boolean remains) throws IOException {
    inherited = true;
    own = remains ? null : SocketFiles.inode(path);
  }

  /**
   * Looks whether the path is free, or ours.
   *
   * @throws IOException says why it is not
   */
  synchronized void check() throws IOException {
    if (own != null || inherited) {
      return;
    }
    Boolean isSocket = SocketFiles.isSocket(path);
    if (isSocket == null) {
      return;
    }
    if (!isSocket) {
      throw new BindException("there is a file that is no socket");
    }
    try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.configureBlocking(false); // a server that is too busy to accept is a living one
      client.connect(UnixDomainSocketAddress.of(path));
    } catch (ConnectException refused) {
      return; // what was left behind by a process that has been killed
    } catch (NoSuchFileException gone) {
      return;
    }
    throw new BindException("another process accepts connections there");
  }

  /**
   * Puts the bound socket where clients look for it.
   *
   * @throws IOException if somebody has taken the path meanwhile
   */
  synchronized void publish() throws IOException {
    if (own == null && !inherited) {
      check();
      Object inode = SocketFiles.inode(bindPath);
      Files.move(bindPath, path, StandardCopyOption.ATOMIC_MOVE);
      own = inode;
    }
  }

  /** Removes what has been put there, unless somebody else has put another one in its place. */
  synchronized void remove() {
    try {
      if (own != null && own.equals(SocketFiles.inode(path))) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException gone) {
      // as it should be
    } catch (IOException e) {
      log.warn("cannot remove {}: {}", path, e.toString());
    }
    own = null;
  }
}
