package io.github.vertxlifecycle.sample;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * QR codes (ISO/IEC 18004) of links, as SVG: drawn at the first request, then kept in object
 * storage as {@code qr/CODE.svg}. Each object says in its metadata which address the code leads to,
 * and the code is drawn again when that address has changed. Two callers that draw the same code at
 * once store the same object.
 */
final class QrCodes {

  private static final String LINK = "link";

  private final Vertx vertx;
  private final S3AsyncClient s3;
  private final String baseUrl;

  QrCodes(Vertx vertx, S3AsyncClient s3, String baseUrl) {
    this.vertx = vertx;
    this.s3 = s3;
    this.baseUrl = baseUrl;
  }

  /** The QR code of a link, once it is kept. */
  Future<Buffer> of(String code) {
    String key = "qr/" + code + ".svg";
    String link = baseUrl + "/" + code;
    return kept(key, link)
        .compose(
            kept ->
                kept.isPresent()
                    ? Future.succeededFuture(kept.get())
                    : vertx
                        .executeBlocking(() -> draw(link), false)
                        .compose(drawn -> keep(key, link, drawn)));
  }

  private Future<Optional<Buffer>> kept(String key, String link) {
    return Future.fromCompletionStage(
            s3.getObject(get -> get.key(key), AsyncResponseTransformer.toBytes()))
        .map(object -> current(object, link))
        .recover(
            problem ->
                problem instanceof NoSuchKeyException
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(problem));
  }

  private static Optional<Buffer> current(ResponseBytes<GetObjectResponse> object, String link) {
    return link.equals(object.response().metadata().get(LINK))
        ? Optional.of(Buffer.buffer(object.asByteArrayUnsafe()))
        : Optional.empty();
  }

  private Future<Buffer> keep(String key, String link, Buffer svg) {
    return Future.fromCompletionStage(
            s3.putObject(
                put -> put.key(key).contentType("image/svg+xml").metadata(Map.of(LINK, link)),
                AsyncRequestBody.fromBytesUnsafe(svg.getBytes())))
        .map(svg);
  }

  /** One path for all dark modules; each run of them in a row is a rectangle. */
  private static Buffer draw(String link) throws WriterException {
    BitMatrix modules = new QRCodeWriter().encode(link, BarcodeFormat.QR_CODE, 0, 0);
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < modules.getHeight(); y++) {
      int x = 0;
      while (x < modules.getWidth()) {
        int end = x;
        while (end < modules.getWidth() && modules.get(end, y)) {
          end++;
        }
        if (end > x) {
          path.append("M%s %sh%sv1h-%sz".formatted(x, y, end - x, end - x));
        }
        x = end + 1;
      }
    }
    return Buffer.buffer(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" shape-rendering="crispEdges">\
        <rect width="%1$s" height="%2$s" fill="#fff"/><path d="%3$s"/></svg>
        """
            .formatted(modules.getWidth(), modules.getHeight(), path));
  }
}
