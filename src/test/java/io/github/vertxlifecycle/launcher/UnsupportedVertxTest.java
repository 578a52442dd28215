package io.github.vertxlifecycle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose Vert.x says that it is one that the library does not run on. */
@Tag("integration")
final class UnsupportedVertxTest {

  private static final String SENTENCE =
      "vertx-lifecycle runs on Vert.x 5.0.10 to 5.1.x, and this is Vert.x 5.2.3:"
          + " import io.vertx:vertx-dependencies of a version in that range\n";

  @TempDir Path directory;

  /** An application that brings its own launcher: prints why its deployment failed. */
  static final class Embedding {
    private Embedding() {}

    public static void main(String[] args) {
      Deployable app = args[0].equals("root") ? new ScriptedApp() : new LifecycleVerticle() {};
      Vertx vertx = Vertx.vertx();
      vertx
          .deployVerticle(app)
          .onComplete(id -> System.out.println("started"), e -> System.out.println(e.getMessage()))
          .eventually(vertx::close);
    }
  }

  @BeforeEach
  void pretend() throws IOException {
    Path file = directory.resolve("META-INF/vertx/vertx-version.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "5.2.3");
  }

  private AppProcess.Command command() {
    return new AppProcess.Command().classPathBegins(directory);
  }

  @Test
  void theLauncherSaysSoInOneSentence() throws InterruptedException {
    try (AppProcess app = command().launch(ScriptedApp.class.getName())) {
      AppProcess.Ended ended = app.ends();

      assertThat(ended.code()).as(ended.toString()).isEqualTo(69);
      assertThat(ended.err()).isEqualTo(SENTENCE);
      assertThat(ended.out()).isEmpty();
    }
  }

  @Test
  void anEmbeddedRootDoesNotStart() throws InterruptedException {
    assertThat(embedded("root")).isEqualTo(SENTENCE);
  }

  @Test
  void aVerticleThatIsDeployedByHandDoesNotStart() throws InterruptedException {
    assertThat(embedded("verticle")).isEqualTo(SENTENCE);
  }

  private String embedded(String what) throws InterruptedException {
    try (AppProcess app = command().mainClass(Embedding.class).launch(what)) {
      return app.ends().out();
    }
  }
}
