package io.github.vertxlifecycle.application;

import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Component;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Signs people up and sends each a mail; with mistakes in it, for tests that are to find them. */
public final class SignUpApp extends RootVerticle {

  /** What sends mail. */
  public interface Mail {
    Future<Void> send(String to);
  }

  /** A mistake. */
  public enum Mistake {
    NONE,
    /** The server asks another component over the event bus, and does not depend on it. */
    NO_EDGE_TO_CONSUMER,
    /** The server got the client from somebody else, and does not depend on what is behind it. */
    NO_EDGE_TO_CLIENT,
    /** The server asks for the client at each request, and does not depend on it. */
    NO_EDGE_TO_WHAT_IT_ASKS_FOR,
    /** The server answers before the mail is sent, and nobody waits for that. */
    WRITE_UNTRACKED,
    /** The release of the component in the middle has no end. */
    STOP_WITHOUT_END
  }

  private static final String ADDRESS = "greetings";

  private final Mistake mistake;
  private final AtomicReference<Mail> shared = new AtomicReference<>();

  /**
   * Makes one.
   *
   * @param mistake the one that it has
   */
  public SignUpApp(Mistake mistake) {
    this.mistake = mistake;
  }

  @Override
  protected void components(Components app) {
    app.add("mail", MailVerticle::new);
    Component greetings = app.add("greetings", GreetingsVerticle::new).dependsOn("mail");
    Component http = app.add("http", SignUpVerticle::new);
    Set<Mistake> unbound =
        Set.of(
            Mistake.NO_EDGE_TO_CONSUMER,
            Mistake.NO_EDGE_TO_CLIENT,
            Mistake.NO_EDGE_TO_WHAT_IT_ASKS_FOR);
    if (!unbound.contains(mistake)) {
      http.dependsOn(greetings).dependsOn("mail");
    }
  }

  private static final class MailVerticle extends LifecycleVerticle {}

  private final class GreetingsVerticle extends LifecycleVerticle {
    private MessageConsumer<String> consumer;

    @Override
    protected Future<?> onStart() {
      Mail mail = use("mail", Mail.class);
      shared.set(mail);
      consumer =
          vertx
              .eventBus()
              .consumer(
                  ADDRESS,
                  message ->
                      mail.send(message.body())
                          .onSuccess(sent -> message.reply("sent"))
                          .onFailure(problem -> message.fail(1, problem.getMessage())));
      return Future.succeededFuture();
    }

    @Override
    protected Future<?> onStop() {
      return mistake == Mistake.STOP_WITHOUT_END
          ? Promise.promise().future()
          : consumer.unregister();
    }
  }

  private final class SignUpVerticle extends HttpVerticle {
    @Override
    protected void routes(Router router) {
      router.post("/people/:person").handler(this::signUp);
    }

    private void signUp(RoutingContext context) {
      String person = context.pathParam("person");
      if (mistake == Mistake.WRITE_UNTRACKED) {
        mail().send(person);
        context.response().setStatusCode(202).end();
        return;
      }
      Future<?> sent =
          mistake == Mistake.NO_EDGE_TO_CONSUMER
              ? vertx.eventBus().request(ADDRESS, person)
              : mail().send(person);
      sent.onSuccess(v -> context.response().setStatusCode(201).end()).onFailure(context::fail);
    }

    private Mail mail() {
      return mistake == Mistake.NO_EDGE_TO_CLIENT ? shared.get() : use("mail", Mail.class);
    }
  }
}
