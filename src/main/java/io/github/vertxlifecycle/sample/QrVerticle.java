package io.github.vertxlifecycle.sample;

import io.github.vertxlifecycle.config.Section;
import io.github.vertxlifecycle.lifecycle.LifecycleVerticle;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URISyntaxException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The QR codes of links, as a component. It provides {@link QrCodes}.
 *
 * <p>Key of its section: {@code baseUrl}, where the world reaches the service, for the codes lead
 * there.
 */
final class QrVerticle extends LifecycleVerticle {

  private String baseUrl = "";

  /** Made by the application. */
  QrVerticle() {}

  @Override
  protected void configure(Section section) {
    baseUrl = section.string("baseUrl", "").replaceFirst("/$", "");
    if (!isBase(baseUrl)) {
      section.problem(
          "baseUrl",
          "must say where the world reaches the service, for example https://links.example.com");
    }
  }

  private static boolean isBase(String text) {
    try {
      URI uri = new URI(text);
      return String.valueOf(uri.getScheme()).matches("https?")
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  @Override
  protected Future<?> onStart() {
    provide(QrCodes.class, new QrCodes(vertx, use(S3AsyncClient.class), baseUrl));
    return Future.succeededFuture();
  }
}
