package dev.endolith.registry;

import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.data.Schema;
import dev.endolith.error.DataException;
import dev.endolith.error.IntegrityException;
import dev.endolith.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A node's own copy of the versions that last served on it, for a restart while the workspace
 * cannot be reached. Thread-safe; a folder belongs to one process at a time.
 *
 * <p>A version is kept only after the {@link LoadPolicy} has allowed it, and what it was allowed as
 * (format, schema, digests, generation) is sealed with HMAC-SHA-256 under the host's key. Reading
 * checks the seal before the description is parsed, and every blob against its sealed digest before
 * a model format sees it. What is not sealed with the key, was altered or belongs to another model
 * is refused.
 *
 * <p>Who can write the folder can put back an older copy that was sealed once: without the
 * workspace nothing but its time tells it from the newest. A deployment that is given a greatest
 * age refuses what is older; within that age the replacement is not seen. Keep the folder as
 * private as the process.
 */
public final class LastKnownGood {
  private static final int LEAST_KEY_BYTES = 32;
  private static final int SEAL_BYTES = 32;
  private static final long MAX_DESCRIPTION_BYTES = 16L << 20;
  private static final String DESCRIPTION = "kept";

  private final Path folder;
  private final SecretKeySpec key;

  private LastKnownGood(Path folder, SecretKeySpec key) {
    this.folder = folder;
    this.key = key;
  }

  /**
   * Copies in a folder.
   *
   * @param folder the folder; created when something is kept
   * @param key a secret of at least 32 bytes, the same after a restart, which the host keeps
   *     elsewhere
   * @return the copies
   * @throws IllegalArgumentException if the key is shorter
   */
  public static LastKnownGood in(Path folder, byte[] key) {
    if (key.length < LEAST_KEY_BYTES) {
      throw new IllegalArgumentException(
          "the key of a last known good copy has at least "
              + LEAST_KEY_BYTES
              + " bytes, had "
              + key.length);
    }
    return new LastKnownGood(folder, new SecretKeySpec(key, "HmacSHA256"));
  }

  /** A version as it was kept, verified. */
  record Kept(ModelVersion version, long generation, Instant at, Map<String, byte[]> blobs) {}

  private record Description(
      int v,
      String model,
      long number,
      long generation,
      String at,
      String manifest,
      String format,
      String schema,
      List<Attachment> attachments,
      List<String> blobs) {}

  /** Keeps a version that the policy has allowed; the one that was kept before is gone. */
  synchronized void keep(
      ModelVersion version, long generation, Instant at, Map<String, byte[]> blobs) {
    Path own = folder.resolve(version.model());
    Description description =
        new Description(
            1,
            version.model(),
            version.number(),
            generation,
            at.toString(),
            version.manifest().hex(),
            version.format(),
            version.schema().toJson(),
            version.attachments(),
            blobs.keySet().stream().sorted().toList());
    byte[] text = CanonicalJson.write(description).getBytes(StandardCharsets.UTF_8);
    byte[] sealed = new byte[SEAL_BYTES + text.length];
    System.arraycopy(seal(text), 0, sealed, 0, SEAL_BYTES);
    System.arraycopy(text, 0, sealed, SEAL_BYTES, text.length);
    Set<String> needed = new HashSet<>(Set.of(DESCRIPTION));
    try {
      Files.createDirectories(own);
      for (byte[] blob : blobs.values()) {
        String hex = Digest.of(blob).hex();
        if (needed.add(hex)) {
          write(own, hex, blob);
        }
      }
      write(own, DESCRIPTION, sealed);
      deleteAllBut(own, needed);
    } catch (IOException e) {
      throw failed("keep", version.model(), e);
    }
  }

  /** Keeps nothing of a model any more. */
  synchronized void forget(String model) {
    Path own = folder.resolve(model);
    try {
      if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(own.resolve(DESCRIPTION));
        deleteAllBut(own, Set.of());
      }
    } catch (IOException e) {
      throw failed("forget", model, e);
    }
  }

  /**
   * The version that was kept, verified.
   *
   * @throws IntegrityException if anything of it is not as it was sealed
   */
  synchronized Optional<Kept> read(String model) {
    Path own = folder.resolve(model);
    byte[] sealed;
    try {
      sealed = bounded(own.resolve(DESCRIPTION), MAX_DESCRIPTION_BYTES, model);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed("read", model, e);
    }
    Description description = opened(sealed, model);
    Map<String, Attachment> attachments = new HashMap<>();
    description.attachments().forEach(a -> attachments.put(a.name(), a));
    Map<String, byte[]> blobs = new HashMap<>();
    for (String name : description.blobs()) {
      Attachment attachment = attachments.get(name);
      if (attachment == null) {
        throw altered(model, "it lacks a blob");
      }
      blobs.put(name, blob(own, attachment, model));
    }
    ModelVersion version =
        new ModelVersion(
            model,
            description.number(),
            "",
            VersionStatus.DRAFT.in(VersionState.APPROVED),
            new Digest(description.manifest()),
            description.format(),
            Schema.fromJson(description.schema()),
            description.attachments(),
            Map.of(),
            Map.of(),
            Map.of(),
            "",
            0,
            "",
            "",
            Instant.parse(description.at()));
    if (!version.manifestFits()) {
      throw altered(model, "its manifest is another one's");
    }
    return Optional.of(
        new Kept(version, description.generation(), Instant.parse(description.at()), blobs));
  }

  /** Nothing of the text is parsed before its seal is verified. */
  private Description opened(byte[] sealed, String model) {
    byte[] text = new byte[Math.max(0, sealed.length - SEAL_BYTES)];
    byte[] given = new byte[SEAL_BYTES];
    System.arraycopy(sealed, 0, given, 0, Math.min(SEAL_BYTES, sealed.length));
    System.arraycopy(sealed, sealed.length - text.length, text, 0, text.length);
    if (!MessageDigest.isEqual(given, seal(text))) {
      throw altered(model, "it is not sealed with this host's key");
    }
    Description description;
    try {
      description = CanonicalJson.read(new String(text, StandardCharsets.UTF_8), Description.class);
    } catch (DataException e) {
      throw altered(model, "it is of another form");
    }
    if (description.v() != 1 || !description.model().equals(model)) {
      throw altered(model, "it is another model's");
    }
    return description;
  }

  private static byte[] blob(Path own, Attachment attachment, String model) {
    try {
      byte[] content = bounded(own.resolve(attachment.digest().hex()), attachment.size(), model);
      if (!Digest.of(content).equals(attachment.digest())) {
        throw altered(model, "the blob '" + attachment.name() + "' was changed");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw altered(model, "the blob '" + attachment.name() + "' is gone");
    } catch (IOException e) {
      throw failed("read", model, e);
    }
  }

  private static byte[] bounded(Path file, long maxBytes, String model) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes((int) Math.min(maxBytes, Integer.MAX_VALUE - 8L));
      if (in.read() >= 0) {
        throw altered(model, "a part of it is longer than it was");
      }
      return content;
    }
  }

  private byte[] seal(byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Temporary file, sync, atomic rename: a crash leaves the old content or the new. */
  private static void write(Path own, String name, byte[] content) throws IOException {
    Path temporary = own.resolve(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    try {
      Files.move(temporary, own.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, own.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteAllBut(Path own, Set<String> needed) throws IOException {
    List<Path> unneeded = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
      for (Path file : files) {
        if (!needed.contains(String.valueOf(file.getFileName()))) {
          unneeded.add(file);
        }
      }
    }
    for (Path file : unneeded) {
      Files.deleteIfExists(file);
    }
  }

  private static IntegrityException altered(String model, String why) {
    String what = "the last known good copy of '" + model + "'";
    return new IntegrityException(
        what, what + " is refused: " + why + "; delete it, it is made anew from the workspace");
  }

  private static StorageException failed(String operation, String model, IOException e) {
    return new StorageException(
        operation,
        "the last known good copy of '"
            + model
            + "' cannot be used ("
            + e.getClass().getSimpleName()
            + "); check its folder's permissions and free space",
        e);
  }
}
