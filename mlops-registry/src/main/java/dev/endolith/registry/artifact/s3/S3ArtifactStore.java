package dev.endolith.registry.artifact.s3;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.NotFoundException;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.BlobPage;
import dev.endolith.registry.StoredBlob;
import dev.endolith.registry.artifact.s3.BlobRecord.State;
import dev.endolith.registry.artifact.s3.S3Bucket.Versioned;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/*
 * data/UUID    content, under a name that is used once
 * blobs/HEX    a record (BlobRecord): the name of the content, and LIVE, ASIDE or GONE
 *
 * Content is sent first, hashed on the way and checked by the service part by part; then the record
 * is written under its digest. So a digest never leads to content that was not hashed, and a stream
 * need not be known before it is sent.
 *
 * A record only changes by a conditional write (If-None-Match for the first, If-Match with the tag
 * that was read for the others), which the service carries out in one step. Each record holds a
 * random writer, so no two of them have the same tag, and a writer whose answer was lost finds its
 * own record when it reads again. A record's time of change, by the service's clock, is the time of
 * last need while it is LIVE, and the time it was put aside while it is ASIDE.
 *
 * Collection. A pin rewrites the record (LIVE -> LIVE, ASIDE -> LIVE). Putting aside is LIVE ->
 * ASIDE, deleting is ASIDE -> GONE; both are refused if the record has changed since its time was
 * read. So of a pin and a collector one wins, and the other one reads again. Only after the record
 * is GONE is the content deleted. A deletion that is late cannot do harm: the name of the content is
 * in no record any more and never will be again, since who stores the same digest later sends it
 * under a new name. For the same reason storing may replace a record's content with its own.
 *
 * A GONE record stays, some hundred bytes: deleting it unconditionally could take a record that was
 * written in its place. Content whose process ended before it wrote the record stays as well.
 */
final class S3ArtifactStore implements ArtifactStore {
  private static final String BLOBS = "blobs/";
  private static final String DATA = "data/";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** Each round in vain needs another writer of the same record. */
  private static final int ROUNDS = 32;

  private static final int PART = 8 * 1024 * 1024;
  private static final int SMALL = 1024 * 1024;
  private static final int CHUNK = 64 * 1024;
  private static final long MAX_ARRAY = Integer.MAX_VALUE - 8L;

  private final S3Bucket bucket;
  private final Path scratch;
  private final boolean collectable;
  private volatile boolean closed;

  private S3ArtifactStore(S3Bucket bucket, Path scratch, boolean collectable) {
    this.bucket = bucket;
    this.scratch = scratch;
    this.collectable = collectable;
  }

  static S3ArtifactStore open(S3Bucket bucket, Path scratch) {
    return new S3ArtifactStore(bucket, scratch, bucket.tryConditions());
  }

  @Override
  public Set<Capability> capabilities() {
    return collectable
        ? Set.of(Capability.DURABLE, Capability.MULTI_PROCESS, Capability.COLLECTABLE)
        : Set.of(Capability.DURABLE, Capability.MULTI_PROCESS);
  }

  @Override
  public Digest put(byte[] content) {
    requireOpen();
    Digest digest = Digest.of(content);
    Optional<BlobRecord> known = present(digest);
    if (known.isPresent()
        && bucket.length(DATA + known.get().data()) == content.length
        && pin(digest).isPresent()) {
      return digest;
    }
    return put(new ByteArrayInputStream(content));
  }

  @Override
  public Digest put(InputStream content) {
    requireOpen();
    String data = UUID.randomUUID().toString();
    Sent sent;
    try {
      sent = send(DATA + data, content);
      if (bucket.length(DATA + data) != sent.size()) {
        throw new StorageException(
            "put", "the object store does not have all of the content that was sent; try again");
      }
    } catch (RuntimeException | Error e) {
      bucket.discard(DATA + data);
      throw e;
    }
    // when this fails the record may have been written all the same: the content has to stay
    publish(sent.digest(), BlobRecord.live(data, sent.size()));
    return sent.digest();
  }

  @Override
  public byte[] read(Digest digest, long maxBytes) {
    requireOpen();
    Content content = find(digest);
    try {
      if (content.size() > Math.min(maxBytes, MAX_ARRAY)) {
        throw new IntegrityException(
            digest.hex(),
            "blob "
                + digest
                + " has "
                + content.size()
                + " bytes, at most "
                + Math.min(maxBytes, MAX_ARRAY)
                + " are allowed");
      }
      return verified(digest, content);
    } finally {
      S3Bucket.close(content.stream());
    }
  }

  @Override
  public InputStream stream(Digest digest) {
    requireOpen();
    Content content = find(digest);
    try {
      return content.size() <= SMALL
          ? new ByteArrayInputStream(verified(digest, content))
          : copy(digest, content);
    } finally {
      S3Bucket.close(content.stream());
    }
  }

  @Override
  public OptionalLong size(Digest digest) {
    requireOpen();
    return present(digest)
        .map(record -> OptionalLong.of(record.size()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public OptionalLong pin(Digest digest) {
    requireOpen();
    if (!collectable) {
      return size(digest);
    }
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Versioned> found = bucket.get(BLOBS + digest.hex());
      if (found.isEmpty()) {
        return OptionalLong.empty();
      }
      BlobRecord record = BlobRecord.parse(digest, found.get().content());
      if (record.state() == State.GONE) {
        return OptionalLong.empty();
      }
      BlobRecord needed = record.becomes(State.LIVE, Instant.EPOCH);
      if (written(digest, found.get().tag(), needed)) {
        return OptionalLong.of(record.size());
      }
    }
    throw contended(digest);
  }

  @Override
  public BlobPage list(@Nullable Digest after, int limit) {
    requireCollectable();
    S3Bucket.Keys page = bucket.list(BLOBS, after == null ? null : after.hex(), limit);
    List<StoredBlob> blobs = new ArrayList<>();
    for (String key : page.keys()) {
      if (HEX.matcher(key).matches()) {
        Digest digest = new Digest(key);
        bucket.get(BLOBS + key).flatMap(found -> look(digest, found)).ifPresent(blobs::add);
      }
    }
    Optional<Digest> next =
        page.more()
            ? page.keys().stream()
                .filter(key -> HEX.matcher(key).matches())
                .reduce((first, second) -> second)
                .map(Digest::new)
            : Optional.empty();
    return new BlobPage(blobs, next, page.at());
  }

  @Override
  public boolean quarantine(Digest digest, Instant neededBefore) {
    return change(
        digest,
        (record, at) ->
            record.state() == State.LIVE && at.isBefore(neededBefore)
                ? Optional.of(record.becomes(State.ASIDE, at))
                : Optional.empty());
  }

  @Override
  public boolean purge(Digest digest, Instant quarantinedBefore) {
    return change(
        digest,
        (record, at) ->
            record.state() == State.ASIDE && at.isBefore(quarantinedBefore)
                ? Optional.of(record.becomes(State.GONE, record.neededAt()))
                : Optional.empty());
  }

  @Override
  public void close() {
    closed = true;
  }

  /** One attempt: who changed the record meanwhile needs the blob, or collects it too. */
  private boolean change(
      Digest digest, BiFunction<BlobRecord, Instant, Optional<BlobRecord>> rule) {
    requireCollectable();
    Optional<Versioned> found = bucket.get(BLOBS + digest.hex());
    if (found.isEmpty()) {
      return false;
    }
    BlobRecord before = BlobRecord.parse(digest, found.get().content());
    Optional<BlobRecord> after = rule.apply(before, found.get().changedAt());
    if (after.isEmpty() || !written(digest, found.get().tag(), after.get())) {
      return false;
    }
    if (after.get().state() == State.GONE) {
      bucket.discard(DATA + before.data());
    }
    return true;
  }

  private void publish(Digest digest, BlobRecord record) {
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Versioned> found = bucket.get(BLOBS + digest.hex());
      if (found.isPresent() && !collectable) {
        keepKnown(digest, BlobRecord.parse(digest, found.get().content()), record);
        return;
      }
      if (written(digest, found.map(Versioned::tag).orElse(null), record)) {
        found
            .map(old -> BlobRecord.parse(digest, old.content()))
            .filter(old -> !old.data().equals(record.data()))
            .ifPresent(old -> bucket.discard(DATA + old.data()));
        return;
      }
    }
    throw contended(digest);
  }

  private void keepKnown(Digest digest, BlobRecord known, BlobRecord sent) {
    if (bucket.length(DATA + known.data()) != sent.size()) {
      throw new IntegrityException(
          digest.hex(),
          "the content of blob " + digest + " is not what was stored; restore it from a backup");
    }
    bucket.discard(DATA + sent.data());
  }

  /** Writes a record if nobody else has written one since. */
  private boolean written(Digest digest, @Nullable String tag, BlobRecord record) {
    return bucket.replace(BLOBS + digest.hex(), tag, record.text()).isPresent();
  }

  private Sent send(String key, InputStream content) {
    MessageDigest sha = Digest.sha256();
    byte[] part = next(content);
    long size = part.length;
    sha.update(part);
    if (part.length < PART) {
      bucket.send(key, part);
      return new Sent(Digest.finish(sha), size);
    }
    S3Bucket.Parts parts = bucket.parts(key);
    try {
      while (part.length > 0) {
        parts.send(part);
        part = next(content);
        size += part.length;
        sha.update(part);
      }
      parts.complete();
      return new Sent(Digest.finish(sha), size);
    } catch (RuntimeException | Error e) {
      parts.abort();
      throw e;
    }
  }

  private static byte[] next(InputStream content) {
    try {
      return content.readNBytes(PART);
    } catch (IOException e) {
      throw new StorageException("put", "the content of a blob could not be read to its end", e);
    }
  }

  private Optional<BlobRecord> present(Digest digest) {
    return bucket
        .get(BLOBS + digest.hex())
        .map(found -> BlobRecord.parse(digest, found.content()))
        .filter(record -> record.state() != State.GONE);
  }

  private Content find(Digest digest) {
    for (int round = 0; round < ROUNDS; round++) {
      Optional<BlobRecord> record = present(digest);
      if (record.isEmpty()) {
        throw new NotFoundException(
            "blob", digest.hex(), "there is no blob " + digest + " in this store");
      }
      var content = bucket.content(DATA + record.get().data());
      if (content.isPresent()) {
        return new Content(content.get(), record.get().size());
      }
      Optional<BlobRecord> again = present(digest);
      if (again.isPresent() && again.get().data().equals(record.get().data())) {
        throw altered(digest);
      }
    }
    throw contended(digest);
  }

  private static byte[] verified(Digest digest, Content content) {
    try {
      byte[] bytes = content.stream().readNBytes((int) content.size());
      if (bytes.length != content.size()
          || content.stream().read() >= 0
          || !Digest.of(bytes).equals(digest)) {
        throw altered(digest);
      }
      return bytes;
    } catch (IOException | SdkException e) {
      throw S3Bucket.failure("read", e);
    }
  }

  /** Copies to a file that nobody else can open, and hands out that copy if it is right. */
  private InputStream copy(Digest digest, Content content) {
    try {
      FileChannel copy =
          FileChannel.open(
              scratch.resolve("endolith-" + UUID.randomUUID()),
              Set.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE), // gone from the directory at once on Unix
              ownerOnly());
      try {
        MessageDigest sha = Digest.sha256();
        byte[] chunk = new byte[CHUNK];
        for (int n = content.stream().read(chunk); n >= 0; n = content.stream().read(chunk)) {
          sha.update(chunk, 0, n);
          ByteBuffer rest = ByteBuffer.wrap(chunk, 0, n);
          while (rest.hasRemaining()) {
            copy.write(rest);
          }
        }
        if (!Digest.finish(sha).equals(digest)) {
          throw altered(digest);
        }
        copy.position(0);
        return Channels.newInputStream(copy);
      } catch (IOException | RuntimeException | Error e) {
        copy.close();
        throw e;
      }
    } catch (IOException | SdkException e) {
      throw S3Bucket.failure("read", e);
    }
  }

  private FileAttribute<?>[] ownerOnly() {
    return scratch.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static Optional<StoredBlob> look(Digest digest, Versioned found) {
    BlobRecord record = BlobRecord.parse(digest, found.content());
    return switch (record.state()) {
      case LIVE ->
          Optional.of(new StoredBlob(digest, record.size(), found.changedAt(), Optional.empty()));
      case ASIDE ->
          Optional.of(
              new StoredBlob(
                  digest, record.size(), record.neededAt(), Optional.of(found.changedAt())));
      case GONE -> Optional.empty();
    };
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the artifact store is closed");
    }
  }

  private void requireCollectable() {
    requireOpen();
    if (!collectable) {
      throw new UnsupportedOperationException(
          "this object store does not enforce If-Match, so nothing is collected; ask"
              + " capabilities() for COLLECTABLE first");
    }
  }

  private static IntegrityException altered(Digest digest) {
    return new IntegrityException(
        digest.hex(),
        "the content of blob "
            + digest
            + " is not what was stored; restore it from a backup, or store it again");
  }

  private static StorageException contended(Digest digest) {
    return new StorageException(
        "put", "blob " + digest + " is being changed by many writers at once; try again");
  }

  /** What was sent under a name. */
  private record Sent(Digest digest, long size) {}

  /** Content that is being read, with the length it should have. */
  private record Content(InputStream stream, long size) {}
}
