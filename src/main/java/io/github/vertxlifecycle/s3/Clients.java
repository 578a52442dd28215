package io.github.vertxlifecycle.s3;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * The SDK's clients and what they run on. Two of them share their connections: one that does each
 * call as it is, and one whose {@code putObject} sends several parts; for that one reads in several
 * parts too, which not every server understands.
 *
 * <p>The SDK's transport knows none of Vert.x 5's event loops, so it has some of its own. All
 * methods block.
 */
final class Clients {

  private static final int MOST_THREADS = 4;
  private static final int PARTS_IN_MEMORY = 4;

  private final SdkEventLoopGroup loops;
  private final SdkAsyncHttpClient transport;
  private final S3AsyncClient plain;
  private final S3AsyncClient inParts;
  private final MultipartUploads uploads;

  private Clients(
      SdkEventLoopGroup loops,
      SdkAsyncHttpClient transport,
      S3AsyncClient plain,
      S3AsyncClient inParts,
      MultipartUploads uploads) {
    this.loops = loops;
    this.transport = transport;
    this.plain = plain;
    this.inParts = inParts;
    this.uploads = uploads;
  }

  static Clients make(
      String name, S3Settings settings, @Nullable URI endpoint, MultipartUploads uploads)
      throws IOException, GeneralSecurityException {
    NettyNioAsyncHttpClient.Builder http = http(settings);
    SdkEventLoopGroup loops =
        SdkEventLoopGroup.builder()
            .numberOfThreads(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()))
            .threadFactory(new DefaultThreadFactory(name, true))
            .build();
    SdkAsyncHttpClient transport =
        new CountingTransport(http.eventLoopGroup(loops).build(), uploads);
    AwsCredentialsProvider credentials = credentials(settings.credentials());
    S3AsyncClientBuilder common =
        S3AsyncClient.builder()
            .httpClient(transport)
            .credentialsProvider(credentials)
            .region(settings.region())
            .forcePathStyle(settings.pathStyle())
            .asyncConfiguration(
                async ->
                    async.advancedOption(
                        SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
            .overrideConfiguration(
                override ->
                    override
                        .addExecutionInterceptor(uploads)
                        .scheduledExecutorService(loops.eventLoopGroup().next()));
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
    return new Clients(loops, transport, plain, inParts, uploads);
  }

  private static NettyNioAsyncHttpClient.Builder http(S3Settings settings)
      throws IOException, GeneralSecurityException {
    NettyNioAsyncHttpClient.Builder http =
        NettyNioAsyncHttpClient.builder()
            .maxConcurrency(settings.maxConnections())
            .connectionTimeout(settings.connectTimeout())
            .connectionAcquisitionTimeout(settings.waitTimeout())
            .readTimeout(settings.readTimeout())
            .writeTimeout(settings.readTimeout())
            .tcpKeepAlive(true);
    String pem = settings.sslRootCert();
    if (pem != null) {
      TrustManager[] trust = trust(Path.of(pem));
      http.tlsTrustManagersProvider(() -> trust);
    }
    return http;
  }

  private static TrustManager[] trust(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream file = Files.newInputStream(pem)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        store.setCertificateEntry("root" + number++, one);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static AwsCredentialsProvider credentials(@Nullable AwsCredentials given) {
    return given != null
        ? StaticCredentialsProvider.create(given)
        // renews them on a thread of its own, before anybody would have to wait
        : DefaultCredentialsProvider.builder().asyncCredentialUpdateEnabled(true).build();
  }

  /** Does each call as it is. */
  S3AsyncClient plain() {
    return plain;
  }

  /** For {@code putObject}: in several parts, if it is big or nobody knows how big. */
  S3AsyncClient inParts() {
    return inParts;
  }

  MultipartUploads uploads() {
    return uploads;
  }

  /** Closes everything; what is in flight fails. */
  @Nullable Void close() {
    inParts.close();
    plain.close();
    transport.close();
    loops.eventLoopGroup().shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    return null;
  }
}
