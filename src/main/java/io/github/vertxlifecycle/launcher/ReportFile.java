package io.github.vertxlifecycle.launcher;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written once, at the end of the process: whole or not at all.
 *
 * <p>The text goes into a new file in the same folder, which then takes the name in one step, so
 * that a reader sees the old text or the new one, and a full disk leaves the old one. A symbolic
 * link stays one: the file that it names is replaced. Two kinds of targets cannot be replaced:
 *
 * <ul>
 *   <li>An existing file whose folder takes no new file, or that is a mount point of its own, as
 *       Kubernetes mounts {@code /dev/termination-log}, is overwritten in place. What exceeds its
 *       old length is written first, and taken back if there is no room for it.
 *   <li>A device, a pipe, or a descriptor ({@code /dev/stdout}) is written to as a stream. Whoever
 *       writes to a pipe may wait for its reader for ever, so the caller must have a limit.
 * </ul>
 */
final class ReportFile {

  private static final int MOST_LINKS = 40; // as many as Linux follows

  private static final Pattern DESCRIPTOR = Pattern.compile("/(?:dev|proc/([^/]+))/fd/(\\d+)");

  private final Path named;

  private ReportFile(Path named) {
    this.named = named;
  }

  /**
   * A file to be written later. Nothing is touched yet.
   *
   * @param path as configured; a relative one counts from the working directory
   * @throws InvalidPathException if that is no path
   */
  static ReportFile of(String path) {
    return new ReportFile(Path.of(path).toAbsolutePath());
  }

  // ── before the start ───────────────────────────────────────────────────────────────────────────

  /**
   * Whether the file could be written now. Makes a file beside it, where that is how it would be
   * written, and removes that at once; leaves alone what is there. A disk that is full is no
   * problem of the configuration, and no reason not to start.
   *
   * @return what is wrong and what to do; null if nothing is
   */
  @Nullable String problem() {
    try {
      Destination to = destination();
      return switch (to.how()) {
        case REPLACE -> fileProblem(to.path());
        case STREAM -> streamProblem(to.path());
        case STANDARD_OUTPUT, STANDARD_ERROR -> null;
      };
    } catch (IOException e) {
      return "%s cannot be written (%s); name another file".formatted(named, reason(e));
    }
  }

  /** Whether that is the same file. False if either cannot be told. */
  boolean isSameAs(ReportFile other) {
    try {
      Destination mine = destination();
      Destination its = other.destination();
      return mine.how() == How.REPLACE
          && its.how() == How.REPLACE
          && mine.path().normalize().equals(its.path().normalize());
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable String fileProblem(Path file) {
    if (Files.isDirectory(file)) {
      return file + " is a folder; name a file in it";
    }
    Path folder = folder(file);
    if (Files.notExists(folder)) {
      return "the folder %s does not exist; make it before the start, or name a file in another"
          .formatted(folder);
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      return folder + " is not a folder; name a file in a folder that exists";
    }
    try {
      open(file, StandardOpenOption.WRITE).close();
      return null; // at the least it can be overwritten
    } catch (NoSuchFileException | AccessDeniedException e) {
      return folderProblem(folder, file);
    } catch (IOException e) { // its name is too long, or it is mounted to be read only
      return "%s cannot be written (%s); name another file".formatted(file, reason(e));
    }
  }

  private static @Nullable String folderProblem(Path folder, Path file) {
    Path beside = beside(file);
    try {
      create(beside).close();
      Files.deleteIfExists(beside);
      return null;
    } catch (NoSuchFileException | AccessDeniedException e) {
      return noFileIn(folder, e);
    } catch (IOException e) {
      return Files.isWritable(folder) ? null : noFileIn(folder, e); // null: it is full at present
    }
  }

  private static String noFileIn(Path folder, IOException e) {
    return "no file can be made in %s (%s); let this process's user write there, or name a file in another"
        .formatted(folder, reason(e));
  }

  private static @Nullable String streamProblem(Path path) {
    if (isOpenToReadOnly(path)) {
      return path + " is open to be read only; name a file, /dev/stdout or /dev/stderr";
    }
    if (isSocket(path)) {
      return path + " is a socket; name a file, a device or a pipe";
    }
    return Files.isWritable(path)
        ? null
        : path + " may not be written by this process's user; grant that, or name another file";
  }

  private static boolean isSocket(Path path) {
    try {
      return FileSystems.getDefault().supportedFileAttributeViews().contains("unix")
          && Files.getAttribute(path, "unix:mode") instanceof Integer mode
          && (mode & 0170000) == 0140000;
    } catch (IOException e) {
      return false;
    }
  }

  /** Without the name of the file, which the message has already. */
  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "the system takes no new files there";
    }
    return e instanceof FileSystemException problem && problem.getReason() != null
        ? problem.getReason()
        : e.toString();
  }

  // ── at the end ─────────────────────────────────────────────────────────────────────────────────

  /**
   * Writes the file. Blocks as long as the system does.
   *
   * @param text the whole text
   * @param sync whether to wait until the disk has it, so that the file survives a power cut, too
   * @throws IOException if it could not be written; the old text, if there was any, is still there
   */
  void write(String text, boolean sync) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    Destination to = destination();
    switch (to.how()) {
      case STANDARD_OUTPUT -> writeTo(FileDescriptor.out, text);
      case STANDARD_ERROR -> writeTo(FileDescriptor.err, text);
      case STREAM -> {
        if (isOpenToReadOnly(to.path())) { // opened anew it would take the text all the same
          throw new IOException("open to be read only");
        }
        try (FileChannel stream =
            open(to.path(), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
          writeAll(stream, bytes);
        }
      }
      case REPLACE -> replace(to.path(), bytes, sync);
    }
  }

  private static void writeTo(FileDescriptor descriptor, String text) throws IOException {
    new FileOutputStream(descriptor) // not ours to close
        .write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void replace(Path file, ByteBuffer bytes, boolean sync) throws IOException {
    Path beside = beside(file);
    FileChannel channel;
    try {
      channel = create(beside);
    } catch (IOException e) {
      overwriteInstead(file, bytes, sync, e);
      return;
    }
    try {
      try (channel) {
        writeAll(channel, bytes.duplicate());
        if (sync) {
          channel.force(true);
        }
      }
      likeBefore(file, beside);
      try {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        overwriteInstead(file, bytes, sync, e);
        return;
      }
      if (sync) {
        syncFolder(folder(file));
      }
    } finally {
      delete(beside);
    }
  }

  private static void overwriteInstead(
      Path file, ByteBuffer bytes, boolean sync, IOException because) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw because;
    }
    try {
      overwrite(file, bytes, sync);
    } catch (IOException e) {
      e.addSuppressed(because);
      throw e;
    }
  }

  /**
   * Writes over what is there. The end first: a file system that has no room, or a limit, says so
   * while the old text is still whole.
   */
  static void overwrite(Path file, ByteBuffer bytes, boolean sync) throws IOException {
    try (FileChannel channel = open(file, StandardOpenOption.WRITE)) {
      long before = channel.size();
      int common = (int) Math.min(before, bytes.remaining());
      ByteBuffer tail = bytes.duplicate().position(bytes.position() + common);
      try {
        channel.position(before);
        writeAll(channel, tail);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
      channel.position(0);
      writeAll(channel, bytes.duplicate().limit(bytes.position() + common));
      channel.truncate(bytes.remaining());
      if (sync) {
        channel.force(true);
      }
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** A file that replaces another has its rights, as far as this process may give them. */
  private static void likeBefore(Path file, Path now) {
    PosixFileAttributeView its = Files.getFileAttributeView(now, PosixFileAttributeView.class);
    if (its == null || !Files.exists(file)) {
      return;
    }
    try {
      PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
      PosixFileAttributes made = its.readAttributes();
      if (!made.group().equals(before.group())) {
        its.setGroup(before.group());
      }
      its.setPermissions(before.permissions());
      if (!made.owner().equals(before.owner())) {
        its.setOwner(before.owner());
      }
    } catch (IOException e) {
      // whatever it has is what this process's files have
    }
  }

  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    } catch (IOException e) {
      // not every system can; after a power cut the file may be the old one
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // the reason why it was not written says more
    }
  }

  /** With the rights that any new file of this process has. */
  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, options);
  }

  /** Of a fixed length, so that it fits wherever a file does; no two processes choose the same. */
  private static Path beside(Path file) {
    return file.resolveSibling(".lifecycle-" + UUID.randomUUID() + ".tmp");
  }

  private static Path folder(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }

  // ── where it goes ──────────────────────────────────────────────────────────────────────────────

  private enum How {
    /** A regular file, or none yet. */
    REPLACE,
    /** A device, a pipe, or a descriptor of some process, whatever that is open on. */
    STREAM,
    STANDARD_OUTPUT,
    STANDARD_ERROR
  }

  private record Destination(Path path, How how) {}

  /**
   * Follows links by hand: the file they name may not exist yet, and descriptors look like links.
   */
  private Destination destination() throws IOException {
    Path path = named;
    for (int links = 0; links <= MOST_LINKS; links++) {
      Matcher descriptor = DESCRIPTOR.matcher(path.toString());
      if (descriptor.matches()) {
        return new Destination(path, how(descriptor.group(1), descriptor.group(2)));
      }
      if (!Files.isSymbolicLink(path)) {
        boolean stream =
            Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
        return new Destination(path, stream ? How.STREAM : How.REPLACE);
      }
      path = path.resolveSibling(Files.readSymbolicLink(path));
    }
    throw new FileSystemLoopException(named.toString());
  }

  /** What Linux tells of a descriptor: its flags in octal, whose last two bits are the mode. */
  private static boolean isOpenToReadOnly(Path path) {
    Matcher descriptor = DESCRIPTOR.matcher(path.toString());
    if (!descriptor.matches()) {
      return false;
    }
    String process = descriptor.group(1) == null ? "self" : descriptor.group(1);
    Path info = Path.of("/proc", process, "fdinfo", descriptor.group(2));
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("flags:"))
          .anyMatch(line -> (line.charAt(line.length() - 1) - '0') % 4 == 0);
    } catch (IOException | UncheckedIOException e) {
      return false; // another process's, or not on Linux; the write tells
    }
  }

  private static How how(@Nullable String process, String number) {
    boolean own =
        process == null
            || process.equals("self")
            || process.equals(Long.toString(ProcessHandle.current().pid()));
    return own && number.equals("1")
        ? How.STANDARD_OUTPUT
        : own && number.equals("2") ? How.STANDARD_ERROR : How.STREAM;
  }

  @Override
  public String toString() {
    return named.toString();
  }
}
