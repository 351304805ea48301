package dev.endolith.registry.artifact.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 service on this machine, in a folder, with one bucket. */
final class S3Service {
  static final String BUCKET = "artifacts";
  private static final String KEY = "test-key";
  private static final String SECRET = "test-secret";

  private final S3Proxy proxy;

  private S3Service(S3Proxy proxy) {
    this.proxy = proxy;
  }

  static S3Service start(SdkHttpClient http, Path folder) throws Exception {
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder.toString()))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    proxy.start();
    S3Service service = new S3Service(proxy);
    try (S3Client client = service.client(http, 1)) {
      client.createBucket(request -> request.bucket(BUCKET));
    }
    return service;
  }

  S3Client client(SdkHttpClient http, int attempts) {
    return S3Client.builder()
        .httpClient(http)
        .region(Region.US_EAST_1)
        .endpointOverride(URI.create("http://127.0.0.1:" + proxy.getPort()))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
        .forcePathStyle(true)
        .overrideConfiguration(
            override ->
                override.retryStrategy(
                    StandardRetryStrategy.builder()
                        .maxAttempts(attempts)
                        .backoffStrategy(BackoffStrategy.retryImmediately())
                        .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                        .circuitBreakerEnabled(false)
                        .build()))
        .build();
  }

  void stop() throws Exception {
    proxy.stop();
  }
}
