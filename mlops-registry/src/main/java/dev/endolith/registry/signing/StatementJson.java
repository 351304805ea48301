package dev.endolith.registry.signing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.endolith.data.CanonicalJson;
import dev.endolith.data.Digest;
import dev.endolith.registry.Attestation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/*
 * In-toto statements v1 of two predicate types: the signature of OpenSSF Model Signing v1.0
 * (github.com/ossf/model-signing-spec, spec/v1.0.md), and claims of this library with the same
 * subject. A verifier of the former ignores fields that it does not know in the predicate; that is
 * where the manifest of a registered version stands.
 */
final class StatementJson {
  static final int MAX_RESOURCES = 100_000;

  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String CONTENT = "https://model_signing/signature/v1.0";
  private static final String CLAIM = "https://endolith.dev/attestation/v1";
  private static final String EXTENSION = "endolith";
  private static final String SHA256 = "sha256";
  private static final int MAX_TEXT = 4_096;

  private StatementJson() {}

  static byte[] write(Statement statement) {
    Map<String, Object> json = new TreeMap<>();
    json.put("_type", STATEMENT);
    json.put(
        "subject",
        List.of(
            Map.of("name", statement.subject(), "digest", Map.of(SHA256, statement.root().hex()))));
    if (statement instanceof Statement.Content content) {
      json.put("predicateType", CONTENT);
      json.put("predicate", predicate(content));
    } else if (statement instanceof Statement.Claim claim) {
      json.put("predicateType", CLAIM);
      json.put("predicate", predicate(claim));
    }
    return CanonicalJson.write(json).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Object> predicate(Statement.Content content) {
    Map<String, Object> serialization = new TreeMap<>();
    serialization.put("method", content.shardSize() > 0 ? "shards" : "files");
    serialization.put("hash_type", SHA256);
    serialization.put("allow_symlinks", false);
    serialization.put("ignore_paths", content.ignored());
    if (content.shardSize() > 0) {
      serialization.put("shard_size", content.shardSize());
    }
    Map<String, Object> predicate = new TreeMap<>();
    predicate.put("serialization", serialization);
    predicate.put(
        "resources",
        content.resources().stream()
            .map(
                resource ->
                    Map.of(
                        "name", resource.name(),
                        "algorithm", SHA256,
                        "digest", resource.digest().hex()))
            .toList());
    content
        .manifest()
        .ifPresent(manifest -> predicate.put(EXTENSION, Map.of("manifest", manifest.hex())));
    return predicate;
  }

  private static Map<String, Object> predicate(Statement.Claim claim) {
    return Map.of(
        "kind", claim.kind().text(),
        "manifest", claim.manifest().hex(),
        "actor", claim.actor(),
        "reason", claim.reason(),
        "at", claim.at().toString());
  }

  static Statement read(byte[] payload) throws MalformedException {
    JsonNode json = StrictJson.read("the statement", payload);
    StrictJson.requireText(json, "_type", STATEMENT);
    JsonNode subjects = StrictJson.array(json, "subject");
    if (subjects.size() != 1 || !subjects.get(0).isObject()) {
      throw new MalformedException("a statement must have exactly one subject");
    }
    String subject = bounded(subjects.get(0), "name");
    Digest root = digest(StrictJson.object(subjects.get(0), "digest"), SHA256);
    JsonNode predicate = StrictJson.object(json, "predicate");
    String type = StrictJson.text(json, "predicateType");
    return switch (type) {
      case CONTENT -> content(subject, root, predicate);
      case CLAIM -> claim(subject, root, predicate);
      default -> throw new MalformedException("the statement's 'predicateType' is not supported");
    };
  }

  private static Statement.Claim claim(String subject, Digest root, JsonNode predicate)
      throws MalformedException {
    String kind = StrictJson.text(predicate, "kind");
    for (Attestation.Kind known : Attestation.Kind.values()) {
      if (known.text().equals(kind)
          && known != Attestation.Kind.TRAINING
          && known != Attestation.Kind.EXPORT) {
        return new Statement.Claim(
            known,
            subject,
            root,
            digest(predicate, "manifest"),
            bounded(predicate, "actor"),
            bounded(predicate, "reason"),
            instant(predicate, "at"));
      }
    }
    throw new MalformedException("the claim's 'kind' is not supported");
  }

  private static Statement.Content content(String subject, Digest root, JsonNode predicate)
      throws MalformedException {
    JsonNode serialization = StrictJson.object(predicate, "serialization");
    StrictJson.requireText(serialization, "hash_type", SHA256);
    if (!serialization.path("allow_symlinks").isBoolean()
        || serialization.path("allow_symlinks").booleanValue()) {
      throw new MalformedException("'allow_symlinks' must be false");
    }
    long shardSize = shardSize(serialization);
    List<Statement.Resource> resources = resources(predicate);
    if (shardSize > 0) {
      Shard.checkAll(resources, shardSize);
    } else {
      checkNames(resources);
    }
    if (!root(resources.stream().map(Statement.Resource::digest).toList()).equals(root)) {
      throw new MalformedException("the subject's digest is not that of the resources");
    }
    Optional<Digest> manifest =
        predicate.has(EXTENSION)
            ? Optional.of(digest(StrictJson.object(predicate, EXTENSION), "manifest"))
            : Optional.empty();
    return new Statement.Content(
        subject, root, manifest, resources, shardSize, ignored(serialization));
  }

  private static long shardSize(JsonNode serialization) throws MalformedException {
    String method = StrictJson.text(serialization, "method");
    if (method.equals("files")) {
      return 0;
    }
    JsonNode size = serialization.path("shard_size");
    if (!method.equals("shards") || !size.canConvertToLong() || size.longValue() < 1) {
      throw new MalformedException(
          "'method' must be 'files', or 'shards' with a positive 'shard_size'");
    }
    return size.longValue();
  }

  private static List<String> ignored(JsonNode serialization) throws MalformedException {
    List<String> ignored = new ArrayList<>();
    if (serialization.has("ignore_paths")) {
      for (JsonNode path : StrictJson.array(serialization, "ignore_paths")) {
        if (!path.isTextual() || !MemberName.isCanonical(path.textValue())) {
          throw new MalformedException("'ignore_paths' must be canonical relative paths");
        }
        ignored.add(path.textValue());
      }
    }
    return ignored;
  }

  private static List<Statement.Resource> resources(JsonNode predicate) throws MalformedException {
    JsonNode array = StrictJson.array(predicate, "resources");
    if (array.size() > MAX_RESOURCES) {
      throw new MalformedException(
          "there are " + array.size() + " resources, at most " + MAX_RESOURCES + " are read");
    }
    List<Statement.Resource> resources = new ArrayList<>(array.size());
    for (JsonNode resource : array) {
      StrictJson.requireText(resource, "algorithm", SHA256);
      resources.add(
          new Statement.Resource(StrictJson.text(resource, "name"), digest(resource, "digest")));
    }
    return resources;
  }

  /** Canonical, unique and sorted; "." alone is how before 1.1 a single file was named. */
  private static void checkNames(List<Statement.Resource> resources) throws MalformedException {
    List<String> names = resources.stream().map(Statement.Resource::name).toList();
    if (names.equals(List.of("."))) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!MemberName.isCanonical(name)) {
        throw new MalformedException("the names of resources must be canonical relative paths");
      }
      if (!seen.add(name)) {
        throw new MalformedException("the names of resources must be unique");
      }
    }
    if (!isSorted(names, MemberName.BY_CODE_POINTS) && !isSorted(names, MemberName.BY_PARTS)) {
      throw new MalformedException("the resources must be sorted by name");
    }
  }

  static <A> boolean isSorted(List<A> values, Comparator<? super A> order) {
    for (int i = 1; i < values.size(); i++) {
      if (order.compare(values.get(i - 1), values.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** SHA-256 over the digests' bytes, one after the other. */
  static Digest root(List<Digest> digests) {
    MessageDigest sha = Digest.sha256();
    digests.forEach(digest -> sha.update(HexFormat.of().parseHex(digest.hex())));
    return Digest.finish(sha);
  }

  private static String bounded(JsonNode parent, String field) throws MalformedException {
    String text = StrictJson.text(parent, field);
    if (text.isBlank() || text.length() > MAX_TEXT) {
      throw new MalformedException("'" + field + "' must have 1 to " + MAX_TEXT + " characters");
    }
    return text;
  }

  private static Digest digest(JsonNode parent, String field) throws MalformedException {
    try {
      return new Digest(StrictJson.text(parent, field));
    } catch (IllegalArgumentException e) {
      throw new MalformedException("'" + field + "' must be 64 lower-case hex digits");
    }
  }

  private static Instant instant(JsonNode parent, String field) throws MalformedException {
    try {
      return Instant.parse(StrictJson.text(parent, field));
    } catch (DateTimeException e) {
      throw new MalformedException("'" + field + "' must be an instant in ISO 8601");
    }
  }
}
