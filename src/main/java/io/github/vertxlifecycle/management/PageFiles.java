package io.github.vertxlifecycle.management;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the live page, from the class path. Event loop only. */
final class PageFiles {

  private static final Map<String, String> FILES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "page.css", "text/css; charset=utf-8",
          "page.js", "text/javascript; charset=utf-8",
          "graph.js", "text/javascript; charset=utf-8",
          "timeline.js", "text/javascript; charset=utf-8",
          "words.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private final Map<String, Buffer> read = new HashMap<>();

  void answer(HttpServerRequest request, String path) {
    String file = path.equals("/") ? "index.html" : path.substring(1);
    String type = FILES.get(file);
    Buffer content = type == null ? null : read.computeIfAbsent(file, PageFiles::read);
    if (content == null) {
      ManagementServer.text(request.response().setStatusCode(404), "There is nothing here.\n");
    } else {
      request.response().putHeader(HttpHeaders.CONTENT_TYPE, type).end(content);
    }
  }

  private static @Nullable Buffer read(String file) {
    try (InputStream stream = PageFiles.class.getResourceAsStream(file)) {
      return stream == null ? null : Buffer.buffer(stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
