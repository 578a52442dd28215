package io.github.vertxlifecycle.launcher;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** A component that does in each step what its script says, and tells of it on stdout. */
final class ScriptedVerticle extends LifecycleVerticle {

  private final String name;
  private final JsonObject deeds;
  private final Promise<Void> batch = Promise.promise();

  ScriptedVerticle(String name, JsonObject deeds) {
    this.name = name;
    this.deeds = deeds;
  }

  @Override
  protected void configure(Section section) {
    if (deeds.getBoolean("strict", false)) {
      section.integer("port", 8080, 1, 65_535);
    }
  }

  @Override
  protected JsonObject configSchema() {
    return deeds.getJsonObject("schema");
  }

  @Override
  protected Future<?> onStart() {
    Future<?> started = does("start");
    switch (deeds.getString("work", "")) {
      case "never" -> track("endless work", Promise.promise().future());
      case "untilDrained" -> track("nightly batch", batch.future());
      case "block" -> vertx.setTimer(1, id -> block());
      case "blockOnDemand" -> vertx.setPeriodic(20, id -> blockIfDemanded());
      case "busy" -> vertx.setTimer(1, id -> busy());
      case "chatter" -> new Thread(ScriptedVerticle::chatter).start();
      case "exit" -> exit(3);
      case "exitHere" -> vertx.setTimer(1, id -> System.exit(3));
      case "exitInWorker" -> vertx.executeBlocking(ScriptedVerticle::exitHere);
      case "trackedExitInWorker" ->
          track("a batch", vertx.executeBlocking(ScriptedVerticle::exitHere));
      case "childExits" -> vertx.deployVerticle(new Exiting());
      case "workerChildExits" ->
          vertx.deployVerticle(
              new ExitingChild(), new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER));
      case "logFlood" -> new Thread(this::logFlood).start();
      case "giveUp" -> fail(new IllegalStateException("the lease is lost"));
      case "giveUpMutely" -> fail(new MuteException());
      case "giveUpLater" ->
          vertx.setTimer(50, id -> fail(new IllegalStateException("the lease is lost")));
      case "close" -> vertx.setTimer(1, id -> vertx.close());
      default -> {}
    }
    JsonObject byHand = deeds.getJsonObject("byHand");
    return byHand == null ? started : started.compose(v -> deployByHand(byHand));
  }

  /** On a thread that Vert.x does not know, as a pool's or a scheduler's. */
  private Future<?> deployByHand(JsonObject its) {
    DeploymentOptions options =
        new DeploymentOptions().setConfig(its.getJsonObject("config", new JsonObject()));
    Promise<String> deployed = Promise.promise();
    new Thread(
            () ->
                vertx
                    .deployVerticle(
                        its.getBoolean("root", false)
                            ? new ScriptedApp()
                            : new ScriptedVerticle("hand", its),
                        options)
                    .onComplete(deployed))
        .start();
    return its.getBoolean("undeploy", false)
        ? deployed.future().compose(vertx::undeploy).otherwiseEmpty()
        : deployed.future();
  }

  @Override
  protected Future<?> onDrain() {
    vertx.setTimer(300, id -> batch.tryComplete());
    return does("drain");
  }

  @Override
  protected Future<?> onStop() {
    return does("stop");
  }

  private Future<?> does(String step) {
    say(name + ": " + step);
    return switch (deeds.getString(step, "well")) {
      case "throw" -> throw new IllegalStateException(step + " throws");
      case "fail" -> Future.failedFuture(step + " fails");
      case "failMutely" -> Future.failedFuture(new MuteException());
      case "throwMutely" -> throw new MuteException();
      case "nothing" -> null;
      case "never" -> Promise.promise().future();
      case "block" -> block();
      case "giveUp" -> {
        fail(new IllegalStateException("the lease is lost"));
        yield Future.succeededFuture();
      }
      case "slow" -> vertx.timer(500, TimeUnit.MILLISECONDS);
      case "migrate" -> track("migration V7", vertx.timer(1_500).onSuccess(v -> migrated()));
      case "migrateForEver" -> track("migration V7", Promise.promise().future());
      case "exit" -> exit(3);
      case "exitHere" -> Future.succeededFuture(exitHere());
      default -> Future.succeededFuture();
    };
  }

  /** A child that ends the process from its own event loop. */
  private static final class ExitingChild extends LifecycleVerticle {
    @Override
    protected Future<?> onStart() {
      vertx.setTimer(1, id -> exitHere());
      return Future.succeededFuture();
    }
  }

  private static final class Exiting extends AbstractVerticle {
    @Override
    public void start() {
      vertx.setTimer(1, id -> exitHere());
    }
  }

  /** On stdout, or in a file where nobody may be reading that. */
  private void say(String line) {
    String file = deeds.getString("file");
    if (file == null) {
      System.out.println(line);
    } else {
      try {
        Files.writeString(Path.of(file), line + "\n", CREATE, APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Void exitHere() {
    System.exit(3);
    return null;
  }

  private void migrated() {
    System.out.println(name + ": migrated");
  }

  /** Keeps the thread for a while that is longer than the time of a drain. */
  private static void busy() {
    System.out.println("busy");
    try {
      if (!new CountDownLatch(1).await(2, TimeUnit.SECONDS)) {
        System.out.println("idle");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Future<?> block() {
    System.out.println("blocked");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Future.succeededFuture();
  }

  /** Somebody makes the file of that name. */
  private void blockIfDemanded() {
    if (Files.exists(Path.of(deeds.getString("demand")))) {
      block();
    }
  }

  /** Until nobody reads any more; then it waits with the lock of the stream in its hand. */
  private static void chatter() {
    System.err.println("chatter");
    while (!System.out.checkError()) {
      System.out.println("blah ".repeat(1_000));
    }
  }

  /** The same by way of the log, whose lock it holds then. */
  private void logFlood() {
    System.err.println("chatter");
    while (!Thread.interrupted()) {
      LoggerFactory.getLogger(name).info("{}", "blah ".repeat(1_000));
    }
  }

  private static Future<?> exit(int code) {
    new Thread(() -> System.exit(code)).start();
    return Future.succeededFuture();
  }
}
