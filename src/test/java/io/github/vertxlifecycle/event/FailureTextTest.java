package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class FailureTextTest {

  private static final class OwnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OwnException(String message) {
      super(message);
    }
  }

  @Test
  void saysTheClassOfAMessageThatIsOnlyAName() {
    assertThat(FailureText.of(new NoSuchFileException("/etc/links/signing.key")))
        .isEqualTo("java.nio.file.NoSuchFileException: /etc/links/signing.key");
    assertThat(FailureText.of(new UnknownHostException("db.internal")))
        .isEqualTo("java.net.UnknownHostException: db.internal");
    assertThat(FailureText.of(new NumberFormatException("x")))
        .isEqualTo("java.lang.NumberFormatException: x");
  }

  @Test
  void saysTheClassForWantOfAMessage() {
    assertThat(FailureText.of(new StackOverflowError())).isEqualTo("java.lang.StackOverflowError");
    assertThat(FailureText.of(new OwnException(" "))).endsWith("OwnException:");
  }

  @Test
  void leavesSentencesOfTheToolkitAlone() {
    assertThat(FailureText.of(new OwnException("it did not start"))).isEqualTo("it did not start");
    assertThat(FailureText.of(new IllegalStateException("thrown here"))).isEqualTo("thrown here");
    assertThat(FailureText.of(Future.failedFuture("a text").cause())).isEqualTo("a text");
  }

  @Test
  void saysTheClassOfWhatOthersThrow() {
    IllegalStateException foreign = new IllegalStateException("broken");
    foreign.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("com.example.App", "run", "App.java", 7)});

    assertThat(FailureText.of(foreign)).isEqualTo("java.lang.IllegalStateException: broken");
  }

  @Test
  void namesWhatAFailureBeganWith() {
    Throwable root = new UnknownHostException("db.internal");
    Throwable failure = new IllegalStateException("no connection", new RuntimeException(root));

    assertThat(FailureText.withRoot(failure))
        .isEqualTo(
            "java.lang.IllegalStateException: no connection;"
                + " caused by java.net.UnknownHostException: db.internal");
  }

  @Test
  void doesNotSayTwiceWhatAFailureBeganWith() {
    Throwable failure = new UncheckedIOException(new NoSuchFileException("key.pem"));

    assertThat(FailureText.withRoot(failure))
        .isEqualTo("java.io.UncheckedIOException: java.nio.file.NoSuchFileException: key.pem");
  }

  @Test
  void endsWithCausesThatGoRound() {
    RuntimeException one = new RuntimeException("one");
    one.initCause(new RuntimeException("two", one));

    assertThat(FailureText.withRoot(one)).startsWith("java.lang.RuntimeException: one");
  }

  @Test
  void tellsAMissingLibraryFromAClassThatCannotBeInitialized() {
    assertThat(FailureText.isMissingClass(new NoClassDefFoundError("some/Missing"))).isTrue();
    assertThat(
            FailureText.isMissingClass(
                new NoClassDefFoundError("Could not initialize class some.There")))
        .isFalse();
    assertThat(FailureText.isMissingClass(new ExceptionInInitializerError("x"))).isFalse();
  }
}
