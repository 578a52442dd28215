package io.github.vertxlifecycle.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files: never half written, and readable by their owner alone. */
final class CertificateStorageTest {

  private static final String TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";

  @TempDir Path directory;

  private CertificateStorage storage(String authority, String... domains) {
    return new CertificateStorage(
        new AcmeOptions(
            List.of(domains), null, URI.create(authority), directory.resolve("deep/down"), null));
  }

  private CertificateStorage storage() {
    return storage("https://a.test/dir", "x.test");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void keepsAuthoritiesAndDomainsApart() {
    assertThat(
            Stream.of(
                    storage(),
                    storage("https://b.test/dir", "x.test"),
                    storage("https://a.test:444/dir", "x.test"),
                    storage("https://a.test/staging", "x.test"),
                    storage("https://a.test/dir", "y.test"),
                    storage("https://a.test/dir", "x.test", "y.test"),
                    storage("https://a.test/dir", "x.test", "z.test"))
                .map(CertificateStorage::certificateFile))
        .doesNotHaveDuplicates();
    assertThat(storage("https://a.test/dir", "y.test", "x.test").certificateFile())
        .isEqualTo(storage("https://a.test/dir", "x.test", "y.test").certificateFile());
  }

  @Test
  void letsOnlyTheOwnerReadItsFilesAndLeavesNothingHalfWritten() throws Exception {
    CertificateStorage storage = storage();
    try (StorageLock lock = storage.tryLock()) {
      assertThat(lock).isNotNull();
      storage.accountKey(Pem.both(Pem.newKeys()));
      storage.answer(TOKEN, TOKEN + ".thumb");
      storage.attempts(FailedAttempts.NONE.failed(Instant.EPOCH, "why", null, 0));
      storage.certificate(TestCertificate.pem(Instant.EPOCH, Instant.now()));
      storage.certificate(TestCertificate.pem(Instant.EPOCH, Instant.now()));
    }
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrder("account.pem", "x.test.pem", TOKEN, "lock");
    for (Path file : files()) {
      if (!file.endsWith("lock")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as("%s", file)
            .isEqualTo("rw-------");
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void answersTokensAndNothingElse() throws Exception {
    CertificateStorage storage = storage();
    assertThat(storage.tryLock()).isNotNull().satisfies(StorageLock::close);
    storage.accountKey("secret");
    storage.answer(TOKEN, "answer");
    assertThat(storage.answer(TOKEN)).isEqualTo("answer");
    for (String token : List.of("", ".", "..", "../account.pem", "account.pem", TOKEN + "x")) {
      assertThat(storage.answer(token)).as(token).isNull();
    }
    assertThatThrownBy(() -> storage.answer("../../../../etc/passwd", "x"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void isLockedByOneAtATimeAndRemovesWhatAKilledProcessLeft() throws Exception {
    CertificateStorage storage = storage();
    try (StorageLock lock = storage.tryLock()) {
      assertThat(lock).isNotNull();
      assertThat(storage().tryLock()).isNull();
      assertThat(storage("https://a.test/dir", "y.test").tryLock()).isNull();
      storage.answer(TOKEN, "answer");
      Files.writeString(storage.lockFile().resolveSibling("123.half-written"), "-----BEG");
    }
    try (StorageLock lock = storage.tryLock()) {
      assertThat(lock).isNotNull();
      assertThat(files()).containsExactly(storage.lockFile());
    }
  }

  @Test
  void readsTheNoteOfAFailureBackAndTakesNonsenseForNone() {
    FailedAttempts failed = FailedAttempts.NONE.failed(Instant.EPOCH, "why", null, 1);
    assertThat(failed.next()).isEqualTo(Instant.EPOCH.plusSeconds(11));
    assertThat(FailedAttempts.decode(failed.encode())).isEqualTo(failed);
    assertThat(FailedAttempts.decode("what is this")).isEqualTo(FailedAttempts.NONE);
    assertThat(FailedAttempts.decode("{\"next\": 3}")).isEqualTo(FailedAttempts.NONE);
  }

  @Test
  void readsItsKeysBack() throws Exception {
    var keys = Pem.newKeys();
    var read = Pem.keys(Pem.both(keys));
    assertThat(read.getPublic()).isEqualTo(keys.getPublic());
    assertThat(read.getPrivate()).isEqualTo(keys.getPrivate());
    assertThatThrownBy(() -> Pem.keys(Pem.privateKey(keys))).hasMessageContaining("PUBLIC KEY");
  }
}
