package io.github.vertxlifecycle.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OpenStreamsTest {

  @Test
  void hasWhatWasAddedAndNotRemoved() {
    OpenStreams streams = new OpenStreams();
    Random random = new Random(2026);
    List<OpenStream> open = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      if (open.isEmpty() || random.nextInt(100) < 100 - open.size()) {
        OpenStream one = new OpenStream(step);
        streams.add(one);
        open.add(one);
      } else {
        streams.remove(open.remove(random.nextInt(open.size())));
      }
      Set<OpenStream> seen = new HashSet<>();
      streams.forEach(one -> assertThat(seen.add(one)).as("seen once").isTrue());
      assertThat(seen).hasSize(open.size()).containsAll(open);
    }
  }
}
