package io.github.vertxlifecycle.acme;

import io.github.vertxlifecycle.time.Clock;
import io.github.vertxlifecycle.time.SystemClock;
import io.github.vertxlifecycle.work.WorkTracker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that is ordered when there is none, and renewed when two thirds of its life have
 * passed. It is kept in {@link AcmeOptions#file()}; {@link #whenRenewed} reports each change of
 * that file.
 *
 * <p>The instances of a component share one of these objects. Processes and components that share a
 * storage look at the same files, and one of them orders. A failed attempt only sets the time of
 * the next one: 10 s later, then three times as long each time, at most 6 h, or the time that the
 * authority named (RFC 8555 §6.6). That time is kept in the storage, too; it is void if it was
 * noted more than a minute in the future, by a clock that was ahead. After a certificate was
 * issued, the next one is ordered a third of its life later at the soonest, or an hour if that is
 * shorter, even if it is due at once by this machine's clock.
 *
 * <p>An order under way is work in flight of the component that created this object.
 *
 * <pre>
 * PAUSING ⇄ CHECKING → STOPPED
 *    └─────────────────↗
 * </pre>
 *
 * <p>Thread-safe; everything runs on its creator's context.
 */
public final class AcmeCertificate implements Shareable {

  private static final Logger log = LoggerFactory.getLogger(AcmeCertificate.class);
  private static final String ALL = AcmeCertificate.class.getName();

  /**
   * The pause between two tries for the storage's lock while another process or component holds it.
   */
  private static final Duration LOCKED_PAUSE = Duration.ofSeconds(1);

  /**
   * The longest pause: the machine's time of day may be set, and another process may have renewed.
   */
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** The shortest pause: whatever the clock and the certificates say, this does not spin. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /** The pause after an unexpected error: long, as nobody knows what a further try costs. */
  private static final Duration UNEXPECTED_PAUSE = Duration.ofMinutes(5);

  private enum RenewalState {
    PAUSING,
    CHECKING,
    STOPPED
  }

  private final String component;
  private final AcmeOptions options;
  private final WorkTracker work;
  private final CertificateStorage storage;
  private final CertificateRenewer renewer;
  private final Executor loop;
  private final Function<Callable<RenewalResult>, Future<RenewalResult>> blocking;
  private final Runnable interrupt;
  private final Clock clock;
  private final InstantSource wall;
  private Runnable forget = () -> {};

  private final Promise<Void> obtained = Promise.promise();
  private final Promise<Void> stopped = Promise.promise();

  // loop only
  private RenewalState state = RenewalState.PAUSING;
  private boolean begun;
  private boolean stopping; // the check under way is the last
  private Clock.@Nullable Timer timer;
  private @Nullable IssuedCertificate current;
  private @Nullable FailedAttempts failing;
  private Consumer<Throwable> heldUp = problem -> {};
  private Runnable renewed = () -> {};

  AcmeCertificate(
      String component,
      AcmeOptions options,
      WorkTracker work,
      CertificateRenewer renewer,
      Executor loop,
      Function<Callable<RenewalResult>, Future<RenewalResult>> blocking,
      Runnable interrupt,
      Clock clock,
      InstantSource wall) {
    this.component = component;
    this.options = options;
    this.work = work;
    this.storage = new CertificateStorage(options);
    this.renewer = renewer;
    this.loop = loop;
    this.blocking = blocking;
    this.interrupt = interrupt;
    this.clock = clock;
    this.wall = wall;
  }

  /**
   * Joins the certificate of a component, and makes it for the first instance. To be called on a
   * verticle's context; everything runs on the first caller's, and the first caller's tracker
   * counts the orders.
   *
   * @param vertx runs the component
   * @param sharing a key, the same for all instances of the component
   * @param component its name, for the log
   * @param options the certificate to order, the same for all instances
   * @param work counts an order under way
   * @return the certificate; {@link #isOf} tells whether it was made for this caller
   */
  public static AcmeCertificate join(
      Vertx vertx, String sharing, String component, AcmeOptions options, WorkTracker work) {
    LocalMap<String, AcmeCertificate> all = vertx.sharedData().getLocalMap(ALL);
    return all.computeIfAbsent(
        sharing,
        key -> {
          AcmeCertificate made = make(vertx, sharing, component, options, work);
          made.forget = () -> all.remove(key, made);
          return made;
        });
  }

  private static AcmeCertificate make(
      Vertx vertx, String sharing, String component, AcmeOptions options, WorkTracker work) {
    Context context = vertx.getOrCreateContext();
    BlockingWorker blocking = new BlockingWorker(vertx, "acme-" + component + "-" + sharing);
    CertificateRenewer renewer =
        new CertificateRenewer(
            component,
            options,
            new CertificateStorage(options),
            new Acme4j(options),
            work,
            InstantSource.system(),
            () -> ThreadLocalRandom.current().nextDouble());
    return new AcmeCertificate(
        component,
        options,
        work,
        renewer,
        task -> context.runOnContext(v -> task.run()),
        blocking::run,
        blocking::end,
        SystemClock.instance(),
        InstantSource.system());
  }

  /**
   * Whether this certificate was made for a given instance of the component.
   *
   * @param tracker the instance's tracker
   * @return true for the instance that joined first
   */
  public boolean isOf(WorkTracker tracker) {
    return work == tracker;
  }

  // ── for its users ──────────────────────────────────────────────────────────────────────────────

  /**
   * Waits for a certificate that has not expired. The first call begins the checks.
   *
   * @param heldUpBy receives the failure of each attempt until then, on the creator's context
   * @return completes when the certificate is there; fails only if a stop comes first
   */
  public Future<Void> obtain(Consumer<Throwable> heldUpBy) {
    loop.execute(
        () -> {
          heldUp = heldUpBy;
          if (!begun && state == RenewalState.PAUSING) {
            begun = true;
            run(renewer::peek); // a server that has a certificate need not wait for its renewal
          }
        });
    return obtained.future();
  }

  /**
   * Sets the task that runs for each new certificate.
   *
   * @param task runs on the creator's context each time the file has changed
   */
  public void whenRenewed(Runnable task) {
    loop.execute(() -> renewed = task);
  }

  /**
   * Looks up the answer to a challenge, whichever process or instance set it (RFC 8555 §8.3).
   * Blocks while it reads a file.
   *
   * @param token from the path of the authority's request
   * @return the answer, null if there is no such challenge
   * @throws IOException if the storage cannot be read
   */
  public @Nullable String answer(String token) throws IOException {
    return storage.answer(token);
  }

  /**
   * Whether the certificate is one that clients accept.
   *
   * @return fails if the certificate has expired, with the reason why it was not renewed; completes
   *     on the creator's context
   */
  public Future<Void> check() {
    Promise<Void> answer = Promise.promise();
    loop.execute(
        () -> {
          IssuedCertificate known = current;
          if (known != null && known.isExpired(wall.instant())) {
            answer.fail(
                "the certificate for %s expired at %s%s"
                    .formatted(
                        options.names(),
                        seconds(known.until()),
                        failing == null ? "" : "; " + describe(failing)));
          } else {
            answer.complete();
          }
        });
    return answer.future();
  }

  /**
   * Orders no more certificates. Idempotent.
   *
   * @return completes, never fails, when an order that is under way has ended; its challenges must
   *     be answered until then
   */
  public Future<Void> stop() {
    forget.run();
    loop.execute(
        () -> {
          if (state != RenewalState.CHECKING) {
            transition(RenewalState.STOPPED);
          } else {
            stopping = true;
          }
        });
    return stopped.future();
  }

  /**
   * Orders no more certificates, and gives up an order that is under way. Idempotent.
   *
   * @return completes, never fails, when the order has been given up
   */
  public Future<Void> abandon() {
    interrupt.run();
    return stop();
  }

  // ── the loop ───────────────────────────────────────────────────────────────────────────────────

  /** The one place where the state changes. */
  private void transition(RenewalState next) {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    state = next;
    if (next == RenewalState.STOPPED) {
      obtained.tryFail("a stop came before the certificate");
      stopped.tryComplete();
    }
  }

  private void checkStorage() {
    if (state == RenewalState.PAUSING) {
      run(renewer::check);
    }
  }

  private void run(Callable<RenewalResult> task) {
    transition(RenewalState.CHECKING);
    blocking
        .apply(task)
        .onComplete(
            answer ->
                loop.execute(
                    () -> {
                      if (answer.succeeded()) {
                        checked(answer.result());
                      } else {
                        unanswered(answer.cause());
                      }
                    }));
  }

  private void unanswered(Throwable cause) {
    if (stopping
        || cause instanceof InterruptedException // given up before it began
        || cause instanceof RejectedExecutionException) { // there is no worker any more
      transition(RenewalState.STOPPED);
      return;
    }
    log.error(
        "{}: cannot check the certificate for {}; the next check is in {} min",
        component,
        options.names(),
        UNEXPECTED_PAUSE.toMinutes(),
        cause);
    transition(RenewalState.PAUSING);
    timer = clock.after(UNEXPECTED_PAUSE, () -> loop.execute(this::checkStorage));
    heldUp.accept(cause);
  }

  private void checked(RenewalResult result) {
    boolean changed = take(result);
    if (result instanceof RenewalResult.RetryLater failed) {
      failed(failed);
    } else if (result instanceof RenewalResult.InProgressElsewhere) {
      heldUp.accept(
          new IllegalStateException(
              "another process or component is ordering the certificate and holds "
                  + storage.lockFile()));
    } else if (result instanceof RenewalResult.UpToDate fresh) {
      failing = null;
      if (fresh.asked()) {
        issued(fresh.certificate());
      }
    }
    if (stopping || result instanceof RenewalResult.Abandoned) {
      transition(RenewalState.STOPPED);
      return;
    }
    transition(RenewalState.PAUSING);
    if (result instanceof RenewalResult.StoredOnly) {
      checkStorage();
      return;
    }
    timer = clock.after(pause(result), () -> loop.execute(this::checkStorage));
    if (changed) {
      renewed.run();
    }
  }

  private void issued(IssuedCertificate certificate) {
    Instant due = certificate.renewAt(renewer.lateness());
    log.info(
        "{}: certificate for {} issued, valid until {}, to be renewed at {}",
        component,
        options.names(),
        seconds(certificate.until()),
        seconds(due));
    Instant now = wall.instant();
    if (!now.isBefore(due)) {
      log.warn(
          "{}: that is due already, as this machine's clock says {}; set the clock right",
          component,
          seconds(now));
    }
  }

  /** Takes note of the certificate that was found. True if it is another one than before. */
  private boolean take(RenewalResult result) {
    IssuedCertificate found = result.certificate();
    if (found == null) {
      return false;
    }
    boolean changed = !found.equals(current);
    current = found;
    if (!found.isExpired(wall.instant())) { // even if it had at the last check: clocks are set
      obtained.tryComplete();
    }
    return changed;
  }

  private void failed(RenewalResult.RetryLater result) {
    FailedAttempts attempts = result.attempts();
    boolean news = result.asked() || !attempts.equals(failing);
    failing = attempts;
    if (!news) {
      return;
    }
    IssuedCertificate known = current;
    log.warn(
        "{}: no new certificate for {}: {}; {}",
        component,
        options.names(),
        describe(attempts),
        known == null
            ? "there is none yet"
            : "the old one stays, valid until " + seconds(known.until()));
    heldUp.accept(new IllegalStateException("no certificate: " + describe(attempts)));
  }

  private String describe(FailedAttempts attempts) {
    return "%s; attempt %s failed, the next one is at %s (or at a start without %s)"
        .formatted(
            attempts.problem(),
            attempts.failures(),
            seconds(attempts.next()),
            storage.attemptsFile());
  }

  private Duration pause(RenewalResult result) {
    if (result instanceof RenewalResult.InProgressElsewhere) {
      return LOCKED_PAUSE;
    }
    Instant next =
        result instanceof RenewalResult.UpToDate fresh
            ? fresh.certificate().renewAt(renewer.lateness())
            : result instanceof RenewalResult.RetryLater early
                ? early.attempts().next()
                : wall.instant().plus(LOCKED_PAUSE);
    Duration pause = longer(Duration.between(wall.instant(), next), SHORTEST_PAUSE);
    if (result instanceof RenewalResult.UpToDate fresh && fresh.asked()) {
      pause = longer(pause, fresh.certificate().life().dividedBy(3));
    }
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Instant seconds(Instant exact) {
    return exact.truncatedTo(ChronoUnit.SECONDS);
  }
}
