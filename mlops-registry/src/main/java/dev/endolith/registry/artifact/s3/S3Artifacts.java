package dev.endolith.registry.artifact.s3;

import dev.endolith.registry.ArtifactStore;
import java.nio.file.Path;
import software.amazon.awssdk.services.s3.S3Client;

/** Artifact stores in a bucket of an S3-compatible service. */
public final class S3Artifacts {
  private S3Artifacts() {}

  /**
   * Opens the store below a prefix of a bucket. Several processes may open one prefix. The service
   * has to enforce conditional writes: {@code If-None-Match} always, and {@code If-Match} for blobs
   * to be {@linkplain ArtifactStore.Capability#COLLECTABLE collectable}; both are tried here, with
   * an object that is deleted again. How often requests are repeated, and how long they may take,
   * is set at the client.
   *
   * <p>Content is sent in parts of 8 MiB, 80 GB at most. What a process that ends leaves of an
   * unfinished upload is for the bucket's lifecycle rules to remove.
   *
   * @param client the client; it stays open when the store is closed
   * @param bucket the bucket, which exists
   * @param prefix what all keys begin with; nothing else may be stored there
   * @return the store
   * @throws dev.endolith.error.StorageException if the bucket cannot be used, or the service does
   *     not enforce conditional writes
   */
  public static ArtifactStore open(S3Client client, String bucket, String prefix) {
    return S3ArtifactStore.open(
        new S3Bucket(client, bucket, prefix), Path.of(System.getProperty("java.io.tmpdir")));
  }
}
