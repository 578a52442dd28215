package io.github.vertxlifecycle.s3;

import io.github.vertxlifecycle.stores.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A view of the server through a client of the test's own. */
public final class BucketView implements AutoCloseable {

  private final S3Client s3;

  public BucketView(URI endpoint) {
    s3 =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(TestServer.ACCESS_KEY, TestServer.SECRET_KEY)))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  /** The section of a component that uses this bucket. */
  public static JsonObject section(URI endpoint) {
    return new JsonObject()
        .put("endpoint", endpoint.toString())
        .put("bucket", TestServer.BUCKET)
        .put("accessKey", TestServer.ACCESS_KEY)
        .put("secretKey", TestServer.SECRET_KEY);
  }

  /** The keys of all objects. */
  public List<String> keys() {
    return s3.listObjectsV2(list -> list.bucket(TestServer.BUCKET)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  /** The keys of all multipart uploads that are neither complete nor aborted. */
  public List<String> uploads() {
    return s3.listMultipartUploads(list -> list.bucket(TestServer.BUCKET)).uploads().stream()
        .map(MultipartUpload::key)
        .toList();
  }

  /** The content of an object. */
  public byte[] read(String key) {
    return s3.getObject(
            get -> get.bucket(TestServer.BUCKET).key(key), ResponseTransformer.toBytes())
        .asByteArray();
  }

  /** The SHA-256 of an object's content. */
  public String sha256(String key) throws IOException {
    try (InputStream content =
        s3.getObject(
            get -> get.bucket(TestServer.BUCKET).key(key), ResponseTransformer.toInputStream())) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Deletes all objects and uploads that an earlier test has left. */
  public void clear() {
    s3.listMultipartUploads(list -> list.bucket(TestServer.BUCKET))
        .uploads()
        .forEach(
            left ->
                s3.abortMultipartUpload(
                    one ->
                        one.bucket(TestServer.BUCKET).key(left.key()).uploadId(left.uploadId())));
    keys().forEach(key -> s3.deleteObject(one -> one.bucket(TestServer.BUCKET).key(key)));
  }

  @Override
  public void close() {
    s3.close();
  }
}
