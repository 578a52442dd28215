package io.github.vertxlifecycle.junit5;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertxlifecycle.application.NotesApp;
import io.github.vertxlifecycle.stores.Await;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many applications, one after the other, leave nothing behind. */
@Tag("integration")
@Tag("slow")
final class ManyApplicationsTest {

  private static final int MANY = 200;

  @Test
  void leaveNoThreadAndNoVertxBehind() {
    runOne(); // what is made once for all
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    List<WeakReference<Vertx>> gone = new ArrayList<>();

    for (int i = 0; i < MANY; i++) {
      gone.add(runOne());
    }

    Await.until(() -> before.containsAll(vertxThreads()));
    Await.until(
        () -> {
          System.gc();
          return gone.stream().allMatch(one -> one.get() == null);
        });
    assertThat(gone).hasSize(MANY);
  }

  private static WeakReference<Vertx> runOne() {
    TestApplication app = TestApplication.start(new TestSetup(NotesApp::new), "many");
    app.close();
    return new WeakReference<>(app.vertx());
  }

  private static List<Thread> vertxThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(one -> one.getName().startsWith("vert.x-"))
        .toList();
  }
}
