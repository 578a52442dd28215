package io.github.vertxlifecycle.s3;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's clients. Two of them share their connections: one sends each call as it is, and one is
 * for {@code putObject} alone, which it sends in several parts; for other calls it will not do,
 * because it would read in several parts, too, which not every server understands.
 *
 * <p>The SDK has one thread of its own, for the pauses between tries. All methods block: the SDK
 * reads files.
 */
final class S3Clients {

  private static final int PARTS_IN_MEMORY = 4;

  private final ScheduledExecutorService timer;
  private final AwsCredentialsProvider credentials;
  private final S3AsyncClient plain;
  private final S3AsyncClient inParts;
  private final MultipartUploads uploads;

  private S3Clients(
      ScheduledExecutorService timer,
      AwsCredentialsProvider credentials,
      S3AsyncClient plain,
      S3AsyncClient inParts,
      MultipartUploads uploads) {
    this.timer = timer;
    this.credentials = credentials;
    this.plain = plain;
    this.inParts = inParts;
    this.uploads = uploads;
  }

  /**
   * Makes the clients.
   *
   * @param name for the thread
   * @param settings what the section says
   * @param endpoint where the server is, null for Amazon's
   * @param transport sends their requests
   * @param uploads keeps track of their multipart uploads
   */
  static S3Clients make(
      String name,
      S3Settings settings,
      @Nullable URI endpoint,
      SdkAsyncHttpClient transport,
      MultipartUploads uploads) {
    ScheduledExecutorService timer =
        new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory(name + "-timer", true));
    AwsCredentialsProvider credentials = credentials(settings.credentials());
    S3AsyncClientBuilder common =
        S3AsyncClient.builder()
            .httpClient(transport)
            .credentialsProvider(credentials)
            .region(settings.region())
            .forcePathStyle(settings.pathStyle())
            // saves bytes only when a server refuses a request, and costs a round trip
            .serviceConfiguration(service -> service.expectContinueEnabled(false))
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            .overrideConfiguration(
                override ->
                    override.addExecutionInterceptor(uploads).scheduledExecutorService(timer));
    if (endpoint != null) {
      common.endpointOverride(endpoint);
    }
    if (!settings.checksums()) {
      common
          .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    S3AsyncClient plain = common.build();
    long part = settings.partSize();
    S3AsyncClient inParts =
        common
            .multipartEnabled(true)
            .multipartConfiguration(
                multipart ->
                    multipart
                        .minimumPartSizeInBytes(part)
                        .thresholdInBytes(part)
                        .apiCallBufferSizeInBytes(PARTS_IN_MEMORY * part))
            .build();
    return new S3Clients(timer, credentials, plain, inParts, uploads);
  }

  private static AwsCredentialsProvider credentials(@Nullable AwsCredentials given) {
    return given != null
        ? StaticCredentialsProvider.create(given)
        // renews credentials on a thread of its own, before a call would have to wait
        : DefaultCredentialsProvider.builder().asyncCredentialUpdateEnabled(true).build();
  }

  /** The client that sends each call as it is. */
  S3AsyncClient plain() {
    return plain;
  }

  /**
   * The client for {@code putObject}: sends a body in several parts if it is big or of unknown
   * length.
   */
  S3AsyncClient inParts() {
    return inParts;
  }

  MultipartUploads uploads() {
    return uploads;
  }

  @Nullable Void close() {
    inParts.close();
    plain.close();
    if (credentials instanceof SdkAutoCloseable renewing) {
      renewing.close();
    }
    timer.shutdownNow();
    return null;
  }
}
