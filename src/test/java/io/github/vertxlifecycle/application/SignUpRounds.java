package io.github.vertxlifecycle.application;

import io.github.vertxlifecycle.junit5.LifecycleExtension;
import io.github.vertxlifecycle.junit5.RandomStop;
import io.github.vertxlifecycle.junit5.StopAtRandomMoments;
import io.github.vertxlifecycle.junit5.StopLoad;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user's test of {@link SignUpApp}; run by a test that says which mistake is in it. */
@Tag("integration")
public class SignUpRounds {

  /** The mistake that the application has. */
  public static volatile SignUpApp.Mistake mistake = SignUpApp.Mistake.NONE;

  private final List<String> mails = new CopyOnWriteArrayList<>();

  /** Takes a while, on real time. */
  private final class FakeMail implements SignUpApp.Mail {
    @Override
    public Future<Void> send(String to) {
      Promise<Void> sent = Promise.promise();
      Vertx.currentContext()
          .owner()
          .setTimer(
              5,
              id -> {
                mails.add(to);
                sent.complete();
              });
      return sent.future();
    }
  }

  @RegisterExtension
  final LifecycleExtension app =
      LifecycleExtension.of(() -> new SignUpApp(mistake))
          .config("http.linger = 50ms, lifecycle.stopTimeout = 4s")
          .providing("mail", SignUpApp.Mail.class, new FakeMail());

  @StopAtRandomMoments(rounds = 50, seed = 2026)
  void everybodyWhoSignedUpGetsAMail(RandomStop stop, WebClient client) {
    StopLoad<String> people =
        stop.load(8, n -> "person" + n, person -> client.post("/people/" + person).send());
    stop.await();
    people.requireIn(mails);
  }
}
