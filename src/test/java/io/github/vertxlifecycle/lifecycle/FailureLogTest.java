package io.github.vertxlifecycle.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.vertxlifecycle.time.ManualClock;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FailureLogTest {

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ManualClock clock = new ManualClock();
  private final Logger logger = new LoggerContext().getLogger("test");
  private final FailureLog log = new FailureLog(logger, "http", clock);

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  private List<String> told() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void fail(String what, Throwable problem) {
    log.failed(org.slf4j.event.Level.ERROR, what, problem);
  }

  @Test
  void anOutageIsOneLineAndThenCounts() {
    for (int i = 0; i < 1_000; i++) {
      fail("GET /" + i, new ConnectException("Connection refused: localhost:" + i));
      clock.advance(Duration.ofMillis(20));
    }
    log.flush();
    assertThat(told())
        .containsExactly(
            "http: GET /0 failed: java.net.ConnectException: Connection refused: localhost:0",
            "http: 500 more like it within 10 s: java.net.ConnectException: Connection refused:"
                + " localhost:0",
            "http: 499 more like it within 10 s: java.net.ConnectException: Connection refused:"
                + " localhost:0");
    assertThat(lines.list).allMatch(line -> line.getThrowableProxy() == null);
  }

  @Test
  void twoKindsThatTakeTurnsAreTwoLines() {
    for (int i = 0; i < 100; i++) {
      fail("GET /", new ConnectException("Connection refused"));
      fail("GET /", new ConnectException("Connection reset"));
    }
    assertThat(told()).hasSize(2);
  }

  @Test
  void oneThatComesLaterIsToldAgain() {
    fail("GET /", new ConnectException("Connection refused"));
    clock.advance(Duration.ofMinutes(1));
    fail("POST /", new ConnectException("Connection refused"));
    assertThat(told())
        .containsExactly(
            "http: GET / failed: java.net.ConnectException: Connection refused",
            "http: POST / failed: java.net.ConnectException: Connection refused");
  }

  @Test
  void aFaultOfTheProgramBringsItsStackOnce() {
    fail("GET /", new NullPointerException());
    fail("GET /", new NullPointerException());
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getThrowableProxy()).isNotNull();
  }

  @Test
  void everyStackIsThereAtDebug() {
    logger.setLevel(Level.DEBUG);
    for (int i = 0; i < 3; i++) {
      fail("GET /", new ConnectException("Connection refused"));
    }
    assertThat(lines.list.stream().filter(line -> line.getThrowableProxy() != null)).hasSize(3);
  }

  @Test
  void knowsFewKindsWhateverComes() {
    for (int i = 0; i < 500; i++) {
      fail("GET /", new ConnectException("no " + "x".repeat(i)));
      fail("GET /", new ConnectException("no " + "x".repeat(i)));
    }
    log.flush();
    assertThat(told()).hasSize(1_000);
  }
}
