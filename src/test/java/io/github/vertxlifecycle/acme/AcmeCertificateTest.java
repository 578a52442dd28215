package io.github.vertxlifecycle.acme;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.vertxlifecycle.time.ManualClock;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** When a certificate is ordered, and what is reported of that: on a clock that stands still. */
final class AcmeCertificateTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LIFE = Duration.ofDays(90);

  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private final WorkTracker work = new WorkTracker(clock);
  private final List<Duration> asked = new ArrayList<>();
  private final Deque<Throwable> problems = new ArrayDeque<>();
  private final List<String> heldUp = new ArrayList<>();
  private Duration life = LIFE;
  private Duration ahead =
      Duration.ZERO; // by how much this machine's clock is ahead of the authority's
  private int interrupts;
  private int renewals;
  private AcmeOptions options;
  private CertificateStorage storage;
  private AcmeCertificate certificate;

  @BeforeEach
  void begin() {
    options =
        new AcmeOptions(
            List.of("a.example.test"),
            null,
            URI.create("https://authority.test/dir"),
            directory,
            null);
    storage = new CertificateStorage(options);
    certificate = make();
  }

  private AcmeCertificate make() {
    return new AcmeCertificate(
        "http",
        options,
        work,
        new CertificateRenewer("http", options, storage, this::order, work, this::now, () -> 0),
        Runnable::run,
        task -> {
          try {
            return Future.succeededFuture(task.call());
          } catch (Throwable e) { // as Vert.x does
            return Future.failedFuture(e);
          }
        },
        () -> interrupts++,
        clock,
        this::now);
  }

  private Instant now() {
    return authoritysNow().plus(ahead);
  }

  private Instant authoritysNow() {
    return BEGIN.plusNanos(clock.nanos());
  }

  private String order(CertificateStorage where)
      throws AuthorityException, IOException, InterruptedException {
    asked.add(Duration.ofNanos(clock.nanos()));
    assertThat(asked).as("orders without end").hasSizeLessThan(500);
    assertThat(work.inFlight())
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.label())
                    .isEqualTo("certificate for a.example.test from authority.test"));
    Throwable problem = problems.poll();
    if (problem instanceof AuthorityException refused) {
      throw refused;
    } else if (problem instanceof IOException broken) {
      throw broken;
    } else if (problem instanceof InterruptedException interrupted) {
      throw interrupted;
    } else if (problem instanceof Error unexpected) {
      throw unexpected;
    }
    return TestCertificate.pem(authoritysNow(), authoritysNow().plus(life));
  }

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      problems.add(new AuthorityException("no luck"));
    }
  }

  private Future<Void> obtain() {
    Future<Void> obtained = certificate.obtain(problem -> heldUp.add(problem.getMessage()));
    certificate.whenRenewed(() -> renewals++);
    return obtained;
  }

  private String stored() throws Exception {
    return Files.readString(options.file());
  }

  @Test
  void asksAtOnceWithoutACertificateAndAgainAtTwoThirdsOfItsLife() {
    assertThat(obtain().succeeded()).isTrue();
    clock.advance(Duration.ofDays(130));
    assertThat(asked).containsExactly(Duration.ZERO, Duration.ofDays(60), Duration.ofDays(120));
    assertThat(renewals).isEqualTo(2);
    assertThat(work.count()).isZero();
    assertThat(certificate.check().succeeded()).isTrue();
  }

  @Test
  void ordersNothingWhileTheStoredCertificateIsGood() throws Exception {
    obtain();
    String first = stored();
    certificate.stop();
    certificate = make();
    assertThat(obtain().succeeded()).isTrue();
    clock.advance(Duration.ofDays(59));
    assertThat(asked).hasSize(1);
    assertThat(stored()).isEqualTo(first);
  }

  @Test
  void waitsThreeTimesAsLongAfterEachFailureButAtMostSixHours() {
    fails(11);
    assertThat(obtain().isComplete()).isFalse();
    clock.advance(Duration.ofDays(2));
    assertThat(asked.stream().limit(9).map(Duration::toSeconds))
        .containsExactly(0L, 10L, 40L, 130L, 400L, 1210L, 3640L, 10930L, 32530L);
    assertThat(asked.get(10).minus(asked.get(9))).isEqualTo(Duration.ofHours(6));
    assertThat(asked).hasSize(12);
    assertThat(heldUp).hasSize(11);
    assertThat(heldUp.get(0))
        .contains(
            "authority.test: no luck; attempt 1 failed, the next one is at 2026-01-01T00:00:10Z")
        .contains("a.example.test.failed");
    assertThat(certificate.check().succeeded()).isTrue();
  }

  @Test
  void doesNotAskBeforeTheAuthorityWantsToBeAsked() {
    problems.add(new AuthorityException("too many", null, BEGIN.plus(Duration.ofHours(3))));
    problems.add(new AuthorityException("too many", null, BEGIN.plus(Duration.ofHours(3))));
    assertThat(obtain().isComplete()).isFalse();
    clock.advance(Duration.ofHours(4));
    assertThat(asked)
        .containsExactly(Duration.ZERO, Duration.ofHours(3), Duration.ofHours(3).plusSeconds(30));
  }

  @Test
  void keepsTheOldCertificateAndComplainsOnlyOnceItHasExpired() throws Exception {
    obtain();
    String first = stored();
    fails(1000);
    clock.advance(LIFE.minusSeconds(1));
    assertThat(asked.size()).isGreaterThan(100);
    assertThat(certificate.check().succeeded()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(certificate.check().cause())
        .hasMessageContaining("a.example.test expired at 2026-04-01T00:00:00Z")
        .hasMessageContaining("no luck")
        .hasMessageContaining("the next one is at 2026-04-01T0");
    assertThat(stored()).isEqualTo(first);
    assertThat(renewals).isZero();
    problems.clear();
    clock.advance(Duration.ofHours(7));
    assertThat(certificate.check().succeeded()).isTrue();
    assertThat(renewals).isEqualTo(1);
    assertThat(storage.attemptsFile()).doesNotExist();
  }

  @Test
  void remembersAcrossRestartsWhenToAskAgain() {
    fails(3);
    obtain();
    clock.advance(Duration.ofSeconds(41));
    certificate.stop();
    certificate = make();
    heldUp.clear();
    assertThat(obtain().isComplete()).isFalse();
    assertThat(heldUp).singleElement().asString().contains("no luck; attempt 3 failed");
    clock.advance(Duration.ofSeconds(88));
    assertThat(asked).hasSize(3);
    clock.advance(Duration.ofSeconds(1));
    assertThat(asked).hasSize(4);
  }

  @Test
  void asksAtOnceWhenTheNoteOfAFailureIsDeleted() throws Exception {
    fails(5);
    obtain();
    clock.advance(Duration.ofMinutes(5));
    certificate.stop();
    Files.delete(storage.attemptsFile());
    problems.clear();
    certificate = make();
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void takesTheCertificateThatAnotherProcessGotWhileItWaitedForTheLock() throws Exception {
    try (StorageLock lock = storage.tryLock()) {
      assertThat(lock).isNotNull();
      assertThat(obtain().isComplete()).isFalse();
      assertThat(heldUp).singleElement().asString().contains("another process or component");
      clock.advance(Duration.ofSeconds(3));
      storage.certificate(TestCertificate.pem(now(), now().plus(LIFE)));
    }
    clock.advance(Duration.ofSeconds(1));
    assertThat(obtain().succeeded()).isTrue();
    assertThat(asked).isEmpty();
  }

  @Test
  void noticesWithinAnHourThatAnotherProcessHasRenewed() throws Exception {
    obtain();
    clock.advance(Duration.ofDays(10));
    storage.certificate(TestCertificate.pem(now(), now().plus(LIFE)));
    clock.advance(Duration.ofHours(1));
    assertThat(renewals).isEqualTo(1);
    clock.advance(Duration.ofDays(59));
    assertThat(asked).hasSize(1);
  }

  @Test
  void replacesACertificateThatCannotBeParsed() throws Exception {
    obtain();
    certificate.stop();
    Files.writeString(options.file(), "what is this");
    certificate = make();
    assertThat(obtain().succeeded()).isTrue();
    assertThat(asked).hasSize(2);
  }

  @Test
  void waitsForAnotherOneWhenTheStoredOneHasExpired() throws Exception {
    assertThat(storage.tryLock()).isNotNull().satisfies(StorageLock::close);
    storage.certificate(TestCertificate.pem(BEGIN.minus(LIFE), BEGIN.minusSeconds(1)));
    fails(1);
    assertThat(obtain().isComplete()).isFalse();
    clock.advance(Duration.ofSeconds(10));
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void aFailureUnderAClockThatWasAheadIsForgottenWithThatClock() {
    ahead = Duration.ofDays(1500);
    fails(1);
    obtain();
    ahead = Duration.ZERO;
    clock.advance(Duration.ofSeconds(10));
    assertThat(asked).containsExactly(Duration.ZERO, Duration.ofSeconds(10));
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void aRestartWithTheRightTimeForgetsAFailureUnderAClockThatWasAhead() {
    ahead = Duration.ofDays(1500);
    fails(5);
    obtain();
    clock.advance(Duration.ofMinutes(5));
    certificate.stop();
    ahead = Duration.ZERO;
    certificate = make();
    obtain();
    assertThat(heldUp).last().asString().contains("attempt 1 failed");
    clock.advance(Duration.ofSeconds(10));
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void secondsByWhichClocksDifferDoNotUndoThePauses() {
    fails(3);
    obtain();
    clock.advance(Duration.ofSeconds(40));
    certificate.stop();
    ahead = Duration.ofSeconds(-50); // another machine's clock
    certificate = make();
    obtain();
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksHourlyAtMostWhileACertificateIsDueAsSoonAsItIsIssued() {
    ahead = Duration.ofDays(1500);
    Future<Void> obtained = obtain();
    clock.advance(Duration.ofHours(3));
    assertThat(asked)
        .containsExactly(
            Duration.ZERO, Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(3));
    assertThat(obtained.isComplete()).isFalse(); // to this machine it has expired
    ahead = Duration.ZERO;
    clock.advance(Duration.ofDays(1));
    assertThat(asked).hasSize(4);
    assertThat(obtained.succeeded()).isTrue();
  }

  @Test
  void renewsACertificateOfAFewSecondsInTimeAndNotWithoutPause() {
    life = Duration.ofSeconds(9);
    obtain();
    clock.advance(Duration.ofSeconds(12));
    assertThat(asked).containsExactly(Duration.ZERO, Duration.ofSeconds(6), Duration.ofSeconds(12));
    ahead = Duration.ofSeconds(20);
    clock.advance(Duration.ofSeconds(12));
    assertThat(asked)
        .endsWith(Duration.ofSeconds(18), Duration.ofSeconds(21), Duration.ofSeconds(24));
  }

  @Test
  void goesOnAfterAnUnexpectedError() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Logger log = (Logger) LoggerFactory.getLogger(AcmeCertificate.class);
    log.addAppender(logged);
    try {
      obtain();
      problems.add(new ServiceConfigurationError("no such provider"));
      clock.advance(Duration.ofDays(60));
    } finally {
      log.detachAppender(logged);
    }
    assertThat(asked).hasSize(2);
    assertThat(logged.list)
        .filteredOn(one -> one.getLevel() == Level.ERROR)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.getFormattedMessage()).contains("http", "a.example.test");
              assertThat(one.getThrowableProxy().getMessage()).isEqualTo("no such provider");
            });
    assertThat(heldUp).last().asString().contains("no such provider");
    assertThat(work.count()).isZero();
    clock.advance(Duration.ofMinutes(5));
    assertThat(asked).hasSize(3);
    assertThat(renewals).isEqualTo(1);
    assertThat(certificate.stop().succeeded()).isTrue();
    assertThat(clock.pending()).isZero();
  }

  @Test
  void doesNotBlameTheAuthorityForAStorageThatCannotBeUsed() throws Exception {
    Path inTheWay = Files.createFile(directory.resolve("in-the-way"));
    options = new AcmeOptions(options.domains(), null, options.directory(), inTheWay, null);
    storage = new CertificateStorage(options);
    certificate = make();
    assertThat(obtain().isComplete()).isFalse();
    assertThat(asked).isEmpty();
    assertThat(heldUp)
        .singleElement()
        .asString()
        .startsWith("no certificate: cannot use " + inTheWay + ": ")
        .contains("; make it writable for this process or set tls.acme.storage; attempt 1 failed");
    Files.delete(inTheWay);
    clock.advance(Duration.ofSeconds(10));
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void remembersAFaultOfThisMachineLikeARefusal() {
    problems.add(new IOException("No space left on device"));
    obtain();
    assertThat(heldUp)
        .singleElement()
        .asString()
        .contains("cannot use " + directory, "No space left", "tls.acme.storage")
        .doesNotContain("authority.test:");
    certificate.stop();
    certificate = make();
    obtain();
    assertThat(asked).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    assertThat(obtain().succeeded()).isTrue();
  }

  @Test
  void aStopEndsThePauseAndTheWaitForACertificate() {
    fails(1);
    Future<Void> obtained = obtain();
    assertThat(certificate.stop().succeeded()).isTrue();
    assertThat(obtained.cause()).hasMessageContaining("a stop came");
    assertThat(clock.pending()).isZero();
    clock.advanceToTheEnd();
    assertThat(asked).hasSize(1);
    assertThat(certificate.stop().succeeded()).isTrue();
  }

  @Test
  void anAbandonedOrderIsNoFailureAndChangesNothing() throws Exception {
    obtain();
    String first = stored();
    problems.add(new InterruptedException());
    clock.advance(Duration.ofDays(60));
    assertThat(asked).hasSize(2);
    assertThat(stored()).isEqualTo(first);
    assertThat(storage.attemptsFile()).doesNotExist();
    assertThat(certificate.abandon().succeeded()).isTrue();
    assertThat(interrupts).isEqualTo(1);
    assertThat(work.count()).isZero();
  }

  @Test
  void ordersNothingOnceItsComponentDrains() {
    obtain();
    work.refuse();
    clock.advance(Duration.ofDays(61));
    assertThat(asked).hasSize(1);
  }
}
