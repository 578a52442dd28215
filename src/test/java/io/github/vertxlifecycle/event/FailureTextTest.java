package io.github.vertxlifecycle.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class FailureTextTest {

  private static final class OwnException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OwnException(String message) {
      super(message);
    }
  }

  /** A failure that cannot even say what it is. */
  private static final class Speechless extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("no words");
    }
  }

  @Test
  void aFailureWhoseTextFailsIsNamedByItsClass() {
    String named = Speechless.class.getName() + " (its text failed: ";
    assertThat(FailureText.of(new Speechless())).startsWith(named);
    assertThat(FailureText.withRoot(new Speechless())).startsWith(named);
    assertThat(FailureText.thrown("its configure", new IOException(null, new Speechless())))
        .contains(named);
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

  private static NoClassDefFoundError missing(String type) {
    NoClassDefFoundError error = new NoClassDefFoundError(type);
    error.initCause(new ClassNotFoundException(type.replace('/', '.')));
    return error;
  }

  @Test
  void namesTheArtifactOfAClassThatOurVersionOfItHasNot() {
    assertThat(FailureText.of(missing("io/vertx/redis/client/OfTomorrow")))
        .startsWith("it needs io.vertx:vertx-redis-client in another version")
        .contains("no class io.vertx.redis.client.OfTomorrow");
  }

  @Test
  void makesNothingUpAboutAClassThatNobodyKnows() {
    String text =
        "it needs a library that is not on the class path: there is no class com.acme.Thing$Part";
    assertThat(FailureText.of(missing("com/acme/Thing$Part"))).isEqualTo(text);
    assertThat(FailureText.of(missing("[Lcom/acme/Thing$Part;"))).isEqualTo(text);
    assertThat(FailureText.withRoot(new CompletionException(missing("com/acme/Thing$Part"))))
        .isEqualTo(text);
    assertThat(FailureText.of(missing("io/vertx/ext/web/client/WebClient")))
        .contains("no class io.vertx.ext.web.client.WebClient")
        .doesNotContain("io.vertx:vertx-web");
  }

  @Test
  void keepsTheWordsOfWhoeverAddsSome() {
    assertThat(FailureText.of(new IOException("cannot listen", missing("com/acme/Thing"))))
        .startsWith("java.io.IOException: cannot listen: it needs a library")
        .endsWith("com.acme.Thing");
  }

  @Test
  void saysOfThePlatformThatAModuleIsMissing() {
    assertThat(FailureText.of(missing("java/sql/Driver")))
        .isEqualTo(
            "it needs a module of the JDK that is not in this one: there is no class"
                + " java.sql.Driver");
  }

  @Test
  void callsNothingALibraryThatIsNone() {
    for (Throwable other :
        List.of(
            new NoClassDefFoundError("A (wrong name: a)"),
            missing("io/vertx/core/Gone"),
            new ClassNotFoundException("com.acme.Asked"),
            new NoSuchMethodError("'void io.vertx.ext.web.Router.gone()'"),
            new IllegalStateException("io/vertx/ext/web/Router"))) {
      assertThat(FailureText.missingLibrary(other)).as(other.toString()).isNull();
    }
  }

  @Test
  void namesWhatAStaticInitializerThrewHoweverLateItIsUsed() {
    NoClassDefFoundError later = new NoClassDefFoundError("Could not initialize class com.acme.A");
    later.initCause(
        new ExceptionInInitializerError(
            "Exception java.lang.NumberFormatException: many [in thread \"main\"]"));

    assertThat(FailureText.of(later))
        .contains("com.acme.A", "java.lang.NumberFormatException: many")
        .doesNotContain("library");
    assertThat(FailureText.of(new ExceptionInInitializerError(new NumberFormatException("many"))))
        .contains("java.lang.NumberFormatException: many");
  }

  @Test
  void namesTheLibraryThatAStaticInitializerLacked() {
    NoClassDefFoundError later = new NoClassDefFoundError("Could not initialize class com.acme.A");
    later.initCause(
        new ExceptionInInitializerError(
            "Exception java.lang.NoClassDefFoundError: com/acme/B [in thread \"main\"]"));

    assertThat(FailureText.of(later)).endsWith("there is no class com.acme.B");
  }

  /** A failure that makes up a new cause whenever it is asked. */
  private static final class Endless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }

  /** A failure that answers with nothing but failures. */
  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
      throw new StackOverflowError();
    }
  }

  @Test
  void givesALogWhatItCanTake() {
    IOException sound = new IOException("cannot listen", new IllegalStateException("in use"));
    assertThat(FailureText.forLog(sound)).isSameAs(sound);
  }

  @Test
  void givesALogAnotherFailureForOneThatFailsThere() {
    IOException outer = new IOException("cannot listen", new Mute());
    outer.addSuppressed(new IllegalStateException("in use"));
    Throwable logged = FailureText.forLog(outer);

    assertThat(logged).hasMessage("java.io.IOException: cannot listen").isNotSameAs(outer);
    assertThat(logged.getStackTrace()).isEqualTo(outer.getStackTrace());
    assertThat(logged.getCause()).hasMessageContaining(Mute.class.getName());
    assertThat(logged.getSuppressed()).singleElement().isNotNull();
  }

  @Test
  void comesToAnEndWithCausesThatDoNot() {
    assertThat(FailureText.withRoot(new Endless())).contains(Endless.class.getName());
    assertThat(FailureText.forLog(new Endless())).hasMessageContaining(Endless.class.getName());
  }
}
