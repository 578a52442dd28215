package io.github.vertxlifecycle.s3;

import software.amazon.awssdk.services.s3.model.S3Request;

/** The name of a request where work in flight is listed: {@code PUT links/qr/4711.svg}. */
record CallName(S3Request request) {

  @Override
  public String toString() {
    String place = field("Bucket", "DestinationBucket");
    String key = field("Key", "DestinationKey");
    String what = operation();
    return what
        + (place.isEmpty() ? "" : " " + place)
        + (key.isEmpty() ? "" : "/" + key)
        + request.getValueForField("PartNumber", Integer.class).map(n -> " part " + n).orElse("");
  }

  private String operation() {
    String name = request.getClass().getSimpleName().replaceFirst("Request$", "");
    return switch (name) {
      case "PutObject", "UploadPart" -> "PUT";
      case "GetObject" -> "GET";
      case "HeadObject" -> "HEAD";
      case "DeleteObject" -> "DELETE";
      case "CopyObject", "UploadPartCopy" -> "COPY to";
      default -> name;
    };
  }

  private String field(String name, String or) {
    return request
        .getValueForField(name, String.class)
        .or(() -> request.getValueForField(or, String.class))
        .orElse("");
  }
}
