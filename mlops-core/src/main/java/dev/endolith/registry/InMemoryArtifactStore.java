package dev.endolith.registry;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Blobs that are lost with the process. */
final class InMemoryArtifactStore implements ArtifactStore {
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

  @Override
  public Digest put(InputStream content) {
    byte[] bytes;
    try {
      bytes = content.readAllBytes();
    } catch (IOException e) {
      throw new StorageException("put", "the content of a blob could not be read to its end", e);
    }
    Digest digest = Digest.of(bytes);
    blobs.putIfAbsent(digest, bytes);
    return digest;
  }

  @Override
  public byte[] read(Digest digest, long maxBytes) {
    byte[] bytes = blobs.get(digest);
    if (bytes == null) {
      throw new NotFoundException(
          "blob", digest.hex(), "there is no blob " + digest + " in this store");
    }
    if (bytes.length > maxBytes) {
      throw new IntegrityException(
          digest.hex(),
          "blob "
              + digest
              + " has "
              + bytes.length
              + " bytes, at most "
              + maxBytes
              + " are allowed");
    }
    return bytes.clone();
  }

  @Override
  public OptionalLong size(Digest digest) {
    byte[] bytes = blobs.get(digest);
    return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes.length);
  }
}
