package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RequestQueueTest {

  private final RequestQueue queue = new RequestQueue();

  private static HttpRequest request(long number) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/" + number);
  }

  private List<String> seen() {
    List<String> all = new ArrayList<>();
    queue.visit((request, since) -> all.add(request.uri() + " since " + since));
    all.sort(null);
    return all;
  }

  @Test
  void showsARequestUntilItsAnswerIsKnownToBeSent() {
    HttpRequest request = request(1);
    queue.begin(request, 10);
    assertThat(queue.first()).isSameAs(request);
    assertThat(seen()).containsExactly("/1 since 10");
    queue.end();
    assertThat(queue.underWay()).isZero();
    assertThat(queue.first()).isNull();
    assertThat(queue.hasUnsent()).isTrue();
    assertThat(seen()).containsExactly("/1 since 10");
    assertThat(queue.takeSent()).isSameAs(request);
    assertThat(queue.hasUnsent()).isFalse();
    assertThat(seen()).isEmpty();
  }

  @Test
  void keepsPipelinedRequestsInOrder() {
    for (int i = 0; i < 20; i++) {
      queue.begin(request(i), i);
    }
    queue.end();
    queue.end();
    long two = queue.ended();
    queue.end();
    assertThat(queue.underWay()).isEqualTo(17);
    assertThat(((HttpRequest) queue.first()).uri()).isEqualTo("/3");
    while (!queue.hasSent(two)) {
      queue.takeSent();
    }
    assertThat(seen()).hasSize(18).doesNotContain("/0 since 0", "/1 since 1");
    assertThat(((HttpRequest) queue.takeSent()).uri()).isEqualTo("/2");
  }

  @Test
  void whatIsTakenIsNeverUnsent() {
    queue.begin(request(1), 1);
    queue.begin(request(2), 2);
    queue.end();
    assertThat(((HttpRequest) queue.take()).uri()).isEqualTo("/2");
    assertThat(((HttpRequest) queue.takeSent()).uri()).isEqualTo("/1");
    assertThat(queue.takeSent()).isNull();
    assertThat(queue.take()).isNull();
  }

  @Test
  void whatIsExchangedIsNotShown() {
    HttpRequest stays = request(2);
    queue.begin(request(0), 0);
    queue.begin(request(1), 1);
    queue.begin(stays, 2);
    queue.end();
    queue.exchange((request, since) -> request == stays ? null : "counted " + since);

    assertThat(seen()).containsExactly("/2 since 2");
    assertThat(queue.takeSent()).isEqualTo("counted 0");
    assertThat(queue.take()).isEqualTo("counted 1");
    assertThat(queue.take()).isSameAs(stays);
  }

  /** Whatever comes, goes and is exchanged, the queue is two queues, one behind the other. */
  @Test
  void behavesLikeTwoQueues() {
    Random random = new Random(2026);
    Deque<Object> unsent = new ArrayDeque<>();
    Deque<Object> underWay = new ArrayDeque<>();
    for (int step = 0; step < 100_000; step++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          HttpRequest request = request(step);
          queue.begin(request, step);
          underWay.add(request);
        }
        case 2 -> {
          if (!underWay.isEmpty()) {
            queue.end();
            unsent.add(underWay.remove());
          }
        }
        case 3 -> assertThat(queue.take()).isSameAs(underWay.poll());
        default -> {
          if (random.nextBoolean()) {
            assertThat(queue.takeSent()).isSameAs(unsent.poll());
          } else {
            while (!unsent.isEmpty()) {
              assertThat(queue.takeSent()).isSameAs(unsent.poll());
            }
          }
        }
      }
      assertThat(queue.underWay()).isEqualTo(underWay.size());
      assertThat(queue.hasUnsent()).isEqualTo(!unsent.isEmpty());
      assertThat(seen()).hasSize(unsent.size() + underWay.size());
    }
  }

  /** Another thread that looks sees of each request what belongs to it. */
  @Test
  void aRequestIsSeenWithItsOwnTime() throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    Thread loop =
        new Thread(
            () -> {
              Random random = new Random(1);
              for (long number = 1; number < 2_000_000; number++) {
                queue.begin(request(number), number);
                while (queue.underWay() > random.nextInt(5)) {
                  queue.end();
                }
                while (queue.hasUnsent()) {
                  queue.takeSent();
                }
              }
            });
    loop.start();
    long looks = 0;
    while (loop.isAlive()) {
      queue.visit(
          (request, since) -> {
            if (!request.uri().equals("/" + since)) {
              wrong.add(request.uri() + " since " + since);
            }
          });
      looks++;
    }
    loop.join();
    assertThat(wrong).as("in %d looks", looks).isEmpty();
  }
}
