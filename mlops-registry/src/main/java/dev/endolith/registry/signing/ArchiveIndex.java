package dev.endolith.registry.signing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.registry.Names;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/*
 * What is in an archive: its seal, which is signed and names the index by digest, and the index,
 * which names every other member. There is one order: the documents, then the blobs by digest.
 */
record ArchiveIndex(List<Entry> entries) {
  static final String SIGNATURE = "signature.json";
  static final String INDEX = "index.jsonl";
  static final String MODEL = "model.json";
  static final String VERSIONS = "versions.jsonl";
  static final String ALIASES = "aliases.jsonl";
  static final String AUDIT = "audit.jsonl";
  static final String RUNS = "runs.jsonl";

  /** The documents in their order; each is there, if without a line. */
  static final List<String> DOCUMENTS = List.of(MODEL, VERSIONS, ALIASES, AUDIT, RUNS);

  /** More members than this are not read: an index of them fits into 64 MiB. */
  static final int MAX_ENTRIES = 200_000;

  static final long MAX_INDEX_BYTES = 64L * 1024 * 1024;

  /** A bundle around a seal has about 1 KiB. */
  static final int MAX_SIGNATURE_BYTES = 16 * 1024;

  private static final String SEAL_TYPE = "application/vnd.endolith.archive.v1+json";
  private static final int VERSION = 1;
  private static final long MAX_CRC = 0xffffffffL;
  private static final Pattern BLOB = Pattern.compile("blobs/([0-9a-f]{64})");

  ArchiveIndex {
    entries = List.copyOf(entries);
  }

  /** A member: what it is called, and what must be in it. */
  record Entry(String name, long size, long crc, Digest digest) {
    StoredZip.Member member() {
      return new StoredZip.Member(name, size, crc);
    }

    boolean isBlob() {
      return BLOB.matcher(name).matches();
    }
  }

  static String blob(Digest digest) {
    return "blobs/" + digest.hex();
  }

  /** What is signed of an archive: whose it is, from when, and its index. */
  record Seal(String model, Instant at, Entry index) {
    byte[] sign(ModelSigner signer) {
      String json =
          CanonicalJson.write(
              Map.of("v", VERSION, "model", model, "at", at.toString(), "index", line(index)));
      return signer.signPayload(SEAL_TYPE, json.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads nothing of the seal before its signature is verified. */
    static Signed read(byte[] json, TrustedKeys keys) throws MalformedException {
      Bundle bundle = Bundle.read(SEAL_TYPE, json);
      if (!java.util.Arrays.equals(bundle.write(), json)) {
        throw new MalformedException("the signature is not written as archives are");
      }
      TrustedKey key = bundle.signedBy(keys);
      JsonNode seal = StrictJson.read("the seal", bundle.payload());
      JsonNode version = seal.path("v");
      if (!version.canConvertToInt() || version.intValue() != VERSION) {
        throw new MalformedException(
            "it is of a version that this library does not know; read it with a newer one");
      }
      Entry index = entry(StrictJson.object(seal, "index"));
      String model = StrictJson.text(seal, "model");
      if (!index.name.equals(INDEX) || index.size > MAX_INDEX_BYTES || !Names.isName(model)) {
        throw new MalformedException("the seal is not that of a model's archive");
      }
      try {
        return new Signed(key, new Seal(model, Instant.parse(StrictJson.text(seal, "at")), index));
      } catch (DateTimeException e) {
        throw new MalformedException("'at' must be an instant in ISO 8601");
      }
    }
  }

  /** A seal, and the trusted key that has signed it. */
  record Signed(TrustedKey key, Seal seal) {}

  byte[] write() {
    StringBuilder lines = new StringBuilder();
    entries.forEach(entry -> lines.append(CanonicalJson.write(line(entry))).append('\n'));
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  static ArchiveIndex read(byte[] bytes) throws MalformedException {
    List<Entry> entries = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        if (entries.size() >= MAX_ENTRIES) {
          throw new MalformedException(
              "it has more members than " + MAX_ENTRIES + ", which are all that are read");
        }
        byte[] line = java.util.Arrays.copyOfRange(bytes, start, i);
        Entry entry = entry(StrictJson.read("a line of the index", line));
        requireOrder(entries.size(), entries.isEmpty() ? null : last(entries), entry);
        entries.add(entry);
        start = i + 1;
      }
    }
    if (start != bytes.length || entries.size() < DOCUMENTS.size()) {
      throw new MalformedException("its index is cut off");
    }
    return new ArchiveIndex(entries);
  }

  private static Entry last(List<Entry> entries) {
    return entries.get(entries.size() - 1);
  }

  /** No name is free: documents by position, blobs by their digests, each once. */
  private static void requireOrder(int position, @Nullable Entry before, Entry entry)
      throws MalformedException {
    if (position < DOCUMENTS.size()) {
      if (!entry.name.equals(DOCUMENTS.get(position))) {
        throw new MalformedException("member " + position + " is not what must stand there");
      }
      return;
    }
    Matcher blob = BLOB.matcher(entry.name);
    if (!blob.matches() || !blob.group(1).equals(entry.digest.hex())) {
      throw new MalformedException("a blob is not named by its digest");
    }
    if (before != null && before.isBlob() && before.name.compareTo(entry.name) >= 0) {
      throw new MalformedException("blobs are not sorted, or one is there twice");
    }
  }

  private static Map<String, Object> line(Entry entry) {
    return Map.of(
        "name", entry.name,
        "size", entry.size,
        "crc32", entry.crc,
        "sha256", entry.digest.hex());
  }

  private static Entry entry(JsonNode json) throws MalformedException {
    JsonNode size = json.path("size");
    JsonNode crc = json.path("crc32");
    if (!size.isIntegralNumber()
        || !size.canConvertToLong()
        || size.longValue() < 0
        || !crc.isIntegralNumber()
        || !crc.canConvertToLong()
        || crc.longValue() < 0
        || crc.longValue() > MAX_CRC) {
      throw new MalformedException("'size' and 'crc32' must be numbers from 0");
    }
    try {
      return new Entry(
          StrictJson.text(json, "name"),
          size.longValue(),
          crc.longValue(),
          new Digest(StrictJson.text(json, "sha256")));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("'sha256' must be 64 lower-case hex digits");
    }
  }
}
