package io.github.vertxlifecycle.acme;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.util.HexFormat;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one authority, shared by all processes that use the same directory:
 *
 * <pre>
 * STORAGE/acme-v02.api.letsencrypt.org-directory/
 *   account.pem              the account's key
 *   www.example.org.pem      certificate, chain and key
 *   www.example.org.failed   when the next attempt is due, after one that failed
 *   challenges/TOKEN         an answer, while an order is under way
 *   lock                     held by the process that orders
 * </pre>
 *
 * <p>A file is replaced in one step: its successor is written beside it, flushed to the disk and
 * renamed. Only their owner can read files and directories. All methods block. Thread-safe.
 */
final class CertificateStorage {

  private static final Logger log = LoggerFactory.getLogger(CertificateStorage.class);

  /** The form of a token (RFC 8555 §8.3), which is also safe as the name of a file. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{16,255}");

  private static final String HALF_WRITTEN = ".half-written";

  private final Path directory;
  private final Path challenges;
  private final String name;

  CertificateStorage(AcmeOptions options) {
    directory =
        options
            .storage()
            .toAbsolutePath()
            .normalize()
            .resolve(
                (options.authority() + options.directory().getRawPath())
                    .replaceAll("[^A-Za-z0-9.-]+", "-"));
    challenges = directory.resolve("challenges");
    name = name(options);
  }

  /** The name of the files, the same for the same domains in any order. */
  private static String name(AcmeOptions options) {
    String first = options.domains().get(0);
    TreeSet<String> all = new TreeSet<>(options.domains());
    return all.size() == 1 ? first : all.first() + "-and-" + digest(String.join(",", all));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  Path certificateFile() {
    return directory.resolve(name + ".pem");
  }

  Path attemptsFile() {
    return directory.resolve(name + ".failed");
  }

  Path lockFile() {
    return directory.resolve(StorageLock.NAME);
  }

  /** The stored certificate; null if there is none or it cannot be parsed. */
  @Nullable IssuedCertificate certificate() throws IOException {
    String pem = read(certificateFile());
    try {
      return pem == null ? null : IssuedCertificate.of(pem);
    } catch (CertificateException e) {
      log.warn("{} is no certificate and will be replaced: {}", certificateFile(), e.getMessage());
      return null;
    }
  }

  /** Keeps a new certificate, and forgets the failures before it. */
  void certificate(String pem) throws IOException {
    write(certificateFile(), pem);
    Files.deleteIfExists(attemptsFile());
  }

  FailedAttempts attempts() throws IOException {
    String text = read(attemptsFile());
    return text == null ? FailedAttempts.NONE : FailedAttempts.decode(text);
  }

  void attempts(FailedAttempts failed) throws IOException {
    write(attemptsFile(), failed.encode());
  }

  Path accountFile() {
    return directory.resolve("account.pem");
  }

  /** The account's key as PEM, or null before there is an account. */
  @Nullable String accountKey() throws IOException {
    return read(accountFile());
  }

  void accountKey(String pem) throws IOException {
    write(accountFile(), pem);
  }

  /** The answer to a challenge; null if the token is unknown. */
  @Nullable String answer(String token) throws IOException {
    return TOKEN.matcher(token).matches() ? read(challenges.resolve(token)) : null;
  }

  void answer(String token, String answer) throws IOException {
    if (!TOKEN.matcher(token).matches()) {
      throw new IOException("the authority gave an invalid token: " + token);
    }
    makeDirectory(challenges);
    write(challenges.resolve(token), answer);
  }

  void forgetAnswers() throws IOException {
    deleteAll(challenges, "*");
  }

  /**
   * Takes the lock that an order needs, if it is free, and removes what a killed process left
   * behind.
   *
   * @return the lock, to be closed; null if another process or component holds it
   */
  @Nullable StorageLock tryLock() throws IOException {
    makeDirectory(directory);
    StorageLock lock = StorageLock.tryLock(directory);
    if (lock != null) {
      deleteAll(directory, "*" + HALF_WRITTEN);
      forgetAnswers();
    }
    return lock;
  }

  private static @Nullable String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path beside =
        Files.createTempFile(
            file.toAbsolutePath().getParent(), "", HALF_WRITTEN, ownersOnly("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      replace(file, beside);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static void replace(Path file, Path by) throws IOException {
    try {
      Files.move(by, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("this file system cannot replace files in one step: " + file, e);
    }
    try (FileChannel parent = FileChannel.open(file.toAbsolutePath().getParent())) {
      parent.force(true);
    } catch (IOException e) {
      log.debug("{} may be the old one after a power cut: {}", file, e.toString());
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, ownersOnly("rwx------"));
  }

  private static FileAttribute<?>[] ownersOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void deleteAll(Path directory, String pattern) throws IOException {
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
