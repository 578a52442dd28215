package io.github.vertxlifecycle.junit5;

import static io.github.vertxlifecycle.junit5.StopResultAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.application.NotesApp;
import io.github.vertxlifecycle.http.HttpVerticle;
import io.github.vertxlifecycle.lifecycle.Components;
import io.github.vertxlifecycle.lifecycle.RootVerticle;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a test changes of an application, and what it leaves. */
@Tag("integration")
final class ChangedApplicationTest {

  @TempDir private static Path directory;

  /** A store that has a note already. */
  static final class FakeStore extends NotesApp.StoreVerticle {
    @Override
    public Future<List<String>> all() {
      return Future.succeededFuture(List.of("fake"));
    }
  }

  private static TestApplication started(TestSetup setup) {
    return TestApplication.start(setup, "ChangedApplicationTest");
  }

  private static TestSetup notes() {
    return new TestSetup(NotesApp::new);
  }

  @Test
  void aReplacementKeepsThePlaceInTheGraph() {
    TestSetup setup = notes();
    setup.replace("store", FakeStore::new);

    TestApplication app = started(setup);
    try {
      assertThat(app.use("store", NotesApp.Notes.class).all().result()).containsExactly("fake");
      assertThat(app.view().graph().dependenciesOf("audit")).containsExactly("store");
      assertThat(app.stop()).isClean().stopped("http", StopResultAssert.before("store", "audit"));
    } finally {
      app.close();
    }
  }

  @Test
  void leavesOutWithDirectAndIndirectDependents() {
    TestSetup setup = notes();
    setup.without("store");
    setup.without("http"); // which is gone by then

    TestApplication app = started(setup);
    try {
      assertThat(app.view().graph().startOrder()).isEmpty();
      assertThat(app.stop()).isClean();
    } finally {
      app.close();
    }
  }

  @Test
  void aPortOfTheApplicationsFileDoesNotCount() throws IOException {
    Path file = Files.writeString(directory.resolve("app.conf"), "http { port = 8080 }");
    TestSetup setup = notes();
    setup.file(TestConfiguration.file(file));

    TestApplication app = started(setup);
    try {
      assertThat(app.port()).isPositive().isNotEqualTo(8080);
    } finally {
      app.close();
    }
  }

  @Test
  void aPortOfTheTestCounts() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    TestSetup setup = notes();
    setup.config(new JsonObject().put("http", new JsonObject().put("port", port)));

    TestApplication app = started(setup);
    try {
      assertThat(app.port()).isEqualTo(port);
    } finally {
      app.close();
    }
  }

  /** Has two servers. */
  static final class TwoServers extends RootVerticle {
    @Override
    protected void components(Components app) {
      app.add("public", Empty::new).config(new JsonObject().put("port", 8080));
      app.add("private", Empty::new).config(new JsonObject().put("port", 8080)).instances(2);
    }
  }

  static final class Empty extends HttpVerticle {
    @Override
    protected void routes(Router router) {}
  }

  @Test
  void eachServerHasAFreePort() {
    TestApplication app = started(new TestSetup(TwoServers::new));
    try {
      assertThat(app.port("public")).isPositive().isNotEqualTo(app.port("private"));
      assertThat(thrown(app::port))
          .hasMessage("TwoServers has several HTTP servers, public, private; name one");
      assertThat(thrown(() -> app.port("store")))
          .hasMessage("TwoServers has no component \"store\"; there are public, private");
    } finally {
      app.close();
    }
  }

  @Test
  void saysWhatAComponentProvides() {
    TestApplication app = started(notes());
    try {
      assertThat(thrown(() -> app.use("store", List.class)))
          .hasMessage("component \"store\" provides no List; it provides [Notes]");
      assertThat(thrown(() -> app.port("store")))
          .hasMessageContaining("component \"store\" is no HttpVerticle");
    } finally {
      app.close();
    }
  }

  @Test
  void takesOptionsOfVertx() {
    TestSetup setup = notes();
    setup.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(false));

    TestApplication app = started(setup);
    try {
      assertThat(app.vertx().isNativeTransportEnabled()).isFalse();
    } finally {
      app.close();
    }
  }

  private static Throwable thrown(Runnable code) {
    try {
      code.run();
    } catch (RuntimeException e) {
      return e;
    }
    throw new AssertionError("nothing was thrown");
  }
}
