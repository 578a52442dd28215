package io.github.vertxlifecycle.devservices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * Server binaries, unpacked from their jar once and shared by all JVMs of this user.
 *
 * <p>They are unpacked beside the place and moved there in one step, so no JVM ever sees half of
 * them; a count of the files tells when something has since been cleaned away. All methods block.
 */
final class UnpackedBinaries {

  private static final String COUNT = ".count";

  private UnpackedBinaries() {}

  /** Fills an empty directory. */
  interface Unpack {
    void into(Path directory) throws IOException;
  }

  /**
   * Finds the directory, or makes it.
   *
   * @param key names the content and its version
   * @param unpacking fills it
   */
  static Path directory(String key, Unpack unpacking) throws IOException {
    Path all = ofThisUser();
    Path place = all.resolve(key);
    if (isComplete(place)) {
      return place;
    }
    Path made = Files.createTempDirectory(all, key);
    try {
      // another user may have to run the program: PostgreSQL refuses to run as root
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpacking.into(made);
      Files.writeString(made.resolve(COUNT), Long.toString(count(made) + 1));
      if (!isComplete(place)) {
        ServerHome.delete(place);
        Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      if (!isComplete(place)) { // or another JVM was faster
        throw e;
      }
    } finally {
      ServerHome.delete(made);
    }
    return place;
  }

  private static Path ofThisUser() throws IOException {
    String user = System.getProperty("user.name", "somebody");
    Path all = Path.of(System.getProperty("java.io.tmpdir"), "vertx-lifecycle-of-" + user);
    Files.createDirectories(all);
    if (!Files.getOwner(all).getName().equals(user)) {
      throw new IOException(all + " belongs to somebody else; delete it, or set java.io.tmpdir");
    }
    return all;
  }

  private static boolean isComplete(Path place) throws IOException {
    Path count = place.resolve(COUNT);
    return Files.exists(count) && Files.readString(count).equals(Long.toString(count(place)));
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> !Files.isDirectory(file)).count();
    }
  }
}
