package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every character at every place of a request line, whole and in two pieces. */
final class StrictRequestDecoderTest {

  private static final String LINE = "GET /a-target-that-is-longer-than-eight HTTP/1.1";
  private static final String REST = "\r\nHost: t\r\n\r\n";

  private final List<Throwable> faults = new ArrayList<>();

  /** The first request of these bytes. */
  private HttpRequest decoded(byte[] bytes, int split) {
    EmbeddedChannel channel =
        new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions(), faults::add));
    ByteBuf direct = Unpooled.directBuffer().writeBytes(bytes);
    channel.writeInbound(direct.readRetainedSlice(split));
    channel.writeInbound(direct);
    HttpRequest request = channel.readInbound();
    channel.finishAndReleaseAll();
    return request;
  }

  private static byte[] head(String line) {
    return (line + REST).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void refusesEachControlAtEachPlaceOfARequestLine() {
    for (char control = 1; control < 0x80; control = control == 31 ? 0x7f : (char) (control + 1)) {
      for (int at = 1; control != '\n' && at < LINE.length(); at++) {
        byte[] head = head(LINE.substring(0, at) + control + LINE.substring(at));
        for (int split : new int[] {0, at, at + 1, head.length}) {
          faults.clear();
          HttpRequest request = decoded(head, split);
          assertThat(request.decoderResult().isFailure())
              .as("%s at %s, split at %s", (int) control, at, split)
              .isTrue();
          assertThat(faults).hasSize(1);
        }
      }
    }
  }

  @Test
  void takesEveryOtherCharacterAtEachPlaceOfATarget() {
    for (char other = ' ' + 1; other < 0x100; other = other == 0x7e ? 0x80 : (char) (other + 1)) {
      for (int at = LINE.indexOf('/') + 1; at < LINE.lastIndexOf(' '); at++) {
        byte[] head = head(LINE.substring(0, at) + other + LINE.substring(at));
        for (int split : new int[] {0, at, head.length}) {
          assertThat(decoded(head, split).decoderResult().isSuccess())
              .as("%s at %s, split at %s", (int) other, at, split)
              .isTrue();
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void takesEmptyLinesBeforeARequestLine() {
    for (String head : List.of(LINE + REST, "\r\n" + LINE + REST, "\r\n\r\n" + LINE + REST)) {
      byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
      for (int split = 0; split <= bytes.length; split++) {
        assertThat(decoded(bytes, split).decoderResult().isSuccess())
            .as("%s, split at %s", head, split)
            .isTrue();
      }
    }
    assertThat(faults).isEmpty();
  }
}
