package io.github.vertxlifecycle.rollout;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in {@code conf/proxy}, checked by the proxies themselves. */
@Tag("integration")
@Tag("linux")
final class ProxyExamplesTest {

  @TempDir Path directory;

  private static List<Path> examples() throws IOException {
    try (var files = Files.list(Path.of("conf", "proxy"))) {
      return files.toList();
    }
  }

  private static ProxyKind proxyOf(Path example) {
    return example.toString().endsWith(".cfg") ? ProxyKind.HAPROXY : ProxyKind.NGINX;
  }

  private Path copy(Path example, String end) throws IOException {
    Path conf = directory.resolve(example.getFileName());
    String text = proxyOf(example).in(directory, Files.readString(example));
    return Files.writeString(conf, text + end);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void areTakenByTheProxyItself(Path example) throws Exception {
    Path conf = copy(example, "");

    assertThatCode(() -> ProxyProcess.check(proxyOf(example), conf)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void wouldNotBeTakenWithAFault(Path example) throws Exception {
    Path conf = copy(example, "\nno such directive\n");

    assertThatCode(() -> ProxyProcess.check(proxyOf(example), conf))
        .hasMessageContaining("does not take");
  }
}
