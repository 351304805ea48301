package dev.endolith.registry.artifact.s3;

import dev.endolith.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** The requests that the store makes, and their failures without addresses and keys. */
final class S3Bucket {
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 412;

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  S3Bucket(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
  }

  /** A small object with its tag and the service's time of its last change. */
  record Versioned(String content, String tag, Instant changedAt) {}

  /** Some keys, without the prefix, and the service's time. */
  record Keys(List<String> keys, boolean more, Instant at) {}

  Optional<Versioned> get(String key) {
    try (ResponseInputStream<GetObjectResponse> content = open(key)) {
      GetObjectResponse response = content.response();
      return Optional.of(
          new Versioned(
              new String(content.readAllBytes(), StandardCharsets.UTF_8),
              response.eTag(),
              response.lastModified()));
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND) {
        return Optional.empty();
      }
      throw failure("read", e);
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  /** The content of an object; empty if there is none. */
  Optional<ResponseInputStream<GetObjectResponse>> content(String key) {
    try {
      return Optional.of(open(key));
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND) {
        return Optional.empty();
      }
      throw failure("read", e);
    }
  }

  private ResponseInputStream<GetObjectResponse> open(String key) {
    return client.getObject(request -> request.bucket(bucket).key(prefix + key));
  }

  /** The length of an object, negative if there is none. */
  long length(String key) {
    try {
      Long length =
          client.headObject(request -> request.bucket(bucket).key(prefix + key)).contentLength();
      return length == null ? -1 : length;
    } catch (SdkException e) {
      if (status(e) == NOT_FOUND) {
        return -1;
      }
      throw failure("size", e);
    }
  }

  /**
   * Writes an object if it is still in the version with a tag, or if there is none; answers the new
   * tag, or nothing if someone else was faster.
   */
  Optional<String> replace(String key, @Nullable String tag, String content) {
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(prefix + key)
            .checksumAlgorithm(ChecksumAlgorithm.SHA256);
    if (tag == null) {
      request.ifNoneMatch("*");
    } else {
      request.ifMatch(tag);
    }
    try {
      return Optional.of(client.putObject(request.build(), RequestBody.fromString(content)).eTag());
    } catch (SdkException e) {
      return settled(key, tag, content, e);
    }
  }

  /**
   * A refusal may be the answer to a repeated request whose first attempt was carried out, and an
   * answer may be lost: what is there now decides. It is our content, or something that was written
   * since, and then our request cannot be carried out any more; or nothing has changed.
   */
  private Optional<String> settled(
      String key, @Nullable String tag, String content, SdkException failure) {
    Optional<Versioned> now;
    try {
      now = get(key);
    } catch (StorageException e) {
      throw failure("put", failure);
    }
    if (now.isPresent() && now.get().content().equals(content)) {
      return now.map(Versioned::tag);
    }
    if (now.isPresent() ? !now.get().tag().equals(tag) : tag != null) {
      return Optional.empty();
    }
    throw failure("put", failure);
  }

  /** Sends content that fits into one request; the service checks its SHA-256. */
  void send(String key, byte[] content) {
    try {
      client.putObject(
          request ->
              request
                  .bucket(bucket)
                  .key(prefix + key)
                  .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                  .ifNoneMatch("*"),
          body(content));
    } catch (SdkException e) {
      // of a name that nobody else uses only an earlier attempt of this very request can be there
      if (status(e) != PRECONDITION_FAILED || length(key) != content.length) {
        throw failure("put", e);
      }
    }
  }

  Parts parts(String key) {
    try {
      return new Parts(
          prefix + key,
          client
              .createMultipartUpload(
                  request ->
                      request
                          .bucket(bucket)
                          .key(prefix + key)
                          .checksumAlgorithm(ChecksumAlgorithm.SHA256))
              .uploadId());
    } catch (SdkException e) {
      throw failure("put", e);
    }
  }

  /** What cannot be deleted is left behind: nothing refers to it. */
  void discard(String key) {
    try {
      client.deleteObject(request -> request.bucket(bucket).key(prefix + key));
    } catch (SdkException e) {
      // costs room only
    }
  }

  Keys list(String folder, @Nullable String after, int limit) {
    try {
      ListObjectsV2Response response =
          client.listObjectsV2(
              request -> {
                request.bucket(bucket).prefix(prefix + folder).maxKeys(Math.min(limit, 1_000));
                if (after != null) {
                  request.startAfter(prefix + folder + after);
                }
              });
      List<String> keys =
          response.contents().stream()
              .map(S3Object::key)
              .map(key -> key.substring(prefix.length() + folder.length()))
              .toList();
      return new Keys(keys, Boolean.TRUE.equals(response.isTruncated()), time(response));
    } catch (SdkException e) {
      throw failure("list", e);
    }
  }

  /**
   * Whether a service does what conditional writes ask for: {@code If-None-Match} has to be
   * enforced, the answer is whether {@code If-Match} is.
   */
  boolean tryConditions() {
    String key = "probe/" + UUID.randomUUID();
    try {
      Optional<String> tag = replace(key, null, "1");
      if (tag.isEmpty() || replace(key, null, "2").isPresent()) {
        throw new StorageException(
            "open",
            "the object store does not enforce conditional writes (If-None-Match), without which"
                + " writers overwrite each other; use a service that does");
      }
      Optional<String> second = replace(key, tag.get(), "3");
      return second.isPresent() && replace(key, tag.get(), "4").isEmpty();
    } finally {
      discard(key);
    }
  }

  /** The time of the answer; a service that does not say has blobs that are never old enough. */
  private static Instant time(ListObjectsV2Response response) {
    try {
      return response
          .sdkHttpResponse()
          .firstMatchingHeader("Date")
          .map(date -> ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant())
          .orElse(Instant.EPOCH);
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  /** Without the copy that other ways of making a body take. */
  private static RequestBody body(byte[] content) {
    return RequestBody.fromInputStream(new ByteArrayInputStream(content), content.length);
  }

  private static int status(SdkException e) {
    return e instanceof AwsServiceException service ? service.statusCode() : 0;
  }

  /** Without the cause, whose text names hosts and keys. */
  static StorageException failure(String operation, Exception e) {
    String reason = e.getClass().getSimpleName();
    if (e instanceof AwsServiceException service) {
      String code =
          service.awsErrorDetails() == null ? null : service.awsErrorDetails().errorCode();
      reason += ", status " + service.statusCode() + (code == null ? "" : " " + code);
    }
    return new StorageException(
        operation, "the object store could not " + operation + " (" + reason + "); try again");
  }

  /** An upload in parts, each of which the service checks. */
  final class Parts {
    private final String key;
    private final String upload;
    private final List<CompletedPart> sent = new ArrayList<>();

    private Parts(String key, String upload) {
      this.key = key;
      this.upload = upload;
    }

    void send(byte[] content) {
      int number = sent.size() + 1;
      try {
        UploadPartResponse response =
            client.uploadPart(
                request ->
                    request
                        .bucket(bucket)
                        .key(key)
                        .uploadId(upload)
                        .partNumber(number)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256),
                body(content));
        sent.add(
            CompletedPart.builder()
                .partNumber(number)
                .eTag(response.eTag())
                .checksumSHA256(response.checksumSHA256())
                .build());
      } catch (SdkException e) {
        throw failure("put", e);
      }
    }

    void complete() {
      try {
        client.completeMultipartUpload(
            request ->
                request
                    .bucket(bucket)
                    .key(key)
                    .uploadId(upload)
                    .multipartUpload(parts -> parts.parts(sent)));
      } catch (SdkException e) {
        // an earlier attempt may have been answered too late: the length of the object decides
        if (status(e) != NOT_FOUND) {
          throw failure("put", e);
        }
      }
    }

    void abort() {
      try {
        client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
      } catch (SdkException e) {
        // for the bucket's lifecycle rules
      }
    }
  }

  static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // what was read is verified, the rest does not matter
    }
  }
}
