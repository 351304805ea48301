package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.StorageException;
import dev.endolith.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks bundles against trusted keys. Stricter than OpenSSF Model Signing v1.0 asks: the root
 * digest is computed again, and duplicate JSON keys, trailing data, a second subject, unsorted or
 * repeated names, links and base64 of a second spelling are refused. Nothing that is signed is read
 * before its signature is verified, and it is read from the bytes that were verified. Thread-safe.
 */
public final class SignatureVerifier {
  private final TrustedKeys keys;

  private SignatureVerifier(TrustedKeys keys) {
    this.keys = keys;
  }

  /**
   * Verifies against some keys.
   *
   * @param keys whose signatures count
   * @return the verifier
   */
  public static SignatureVerifier of(TrustedKeys keys) {
    return new SignatureVerifier(keys);
  }

  /**
   * Checks who has signed what, not whether it is true of any content.
   *
   * @param bundle the bundle, at most 32 MiB
   * @return the key and the statement, or why nothing in it may be relied on
   */
  public Verification verify(byte[] bundle) {
    try {
      return check(bundle);
    } catch (MalformedException e) {
      return new Verification.Refused(e.reason());
    }
  }

  /**
   * Checks that a statement is about exactly this version: its model's name, its manifest and all
   * of its attachments. That the manifest is that of the version is for {@link
   * dev.endolith.registry.LoadRequest#manifestFits()} to say.
   *
   * @param bundle the bundle
   * @param version the version
   * @return the key and the statement, or why it says nothing about this version
   */
  public Verification verify(byte[] bundle, ModelVersion version) {
    Verification verification = verify(bundle);
    if (!(verification instanceof Verification.Verified verified)) {
      return verification;
    }
    Statement.Content expected = ModelSigner.content(version);
    Statement statement = verified.statement();
    if (!statement.subject().equals(expected.subject())) {
      return refused(verified, "speaks of another model than " + version.label());
    }
    if (!manifest(statement).equals(expected.manifest())) {
      return refused(verified, "does not speak of the manifest of " + version.label());
    }
    if (!statement.root().equals(expected.root())) {
      return refused(verified, "does not speak of the attachments of " + version.label());
    }
    if (statement instanceof Statement.Content content) {
      return content.shardSize() == 0 && content.resources().equals(expected.resources())
          ? verified
          : refused(verified, "does not list exactly the attachments of " + version.label());
    }
    return verified;
  }

  /**
   * Checks that the content of a folder is what was signed. Who loads it afterwards reads the files
   * again: they must not be writable for others.
   *
   * @param bundle the bundle
   * @param folder the folder, or a single file
   * @param ignored paths below it that are not part of the model besides those that were signed to
   *     be none, for example of the bundle itself
   * @return the key and the statement, or what differs
   * @throws StorageException if the folder cannot be read
   */
  public Verification verifyFolder(byte[] bundle, Path folder, String... ignored) {
    Verification verification = verify(bundle);
    if (!(verification instanceof Verification.Verified verified)) {
      return verification;
    }
    if (!(verified.statement() instanceof Statement.Content content)) {
      return refused(verified, "is a claim about a version and lists no files");
    }
    Set<String> all = new LinkedHashSet<>(SignedFolder.IGNORED);
    all.addAll(content.ignored());
    all.addAll(List.of(ignored));
    try {
      SignedFolder found = SignedFolder.scan(folder.toAbsolutePath().normalize(), all);
      List<Statement.Resource> resources =
          content.shardSize() > 0 ? found.shards(content.shardSize()) : found.files();
      return difference(content.resources(), resources)
          .<Verification>map(difference -> refused(verified, difference))
          .orElse(verified);
    } catch (MalformedException e) {
      return new Verification.Refused(e.reason());
    } catch (IOException e) {
      throw new StorageException("verify", "the folder that is to be verified cannot be read", e);
    }
  }

  private static Optional<String> difference(
      List<Statement.Resource> signed, List<Statement.Resource> found) {
    Set<Statement.Resource> missing = new LinkedHashSet<>(signed);
    Set<Statement.Resource> extra = new LinkedHashSet<>(found);
    found.forEach(missing::remove);
    signed.forEach(extra::remove);
    if (!missing.isEmpty()) {
      return Optional.of("lists '" + missing.iterator().next().name() + "', which is not there");
    }
    return extra.isEmpty()
        ? Optional.empty()
        : Optional.of("does not list '" + extra.iterator().next().name() + "', which is there");
  }

  private Verification check(byte[] json) throws MalformedException {
    Bundle bundle = Bundle.read(Bundle.IN_TOTO, json);
    TrustedKey key = bundle.signedBy(keys);
    Statement statement = StatementJson.read(bundle.payload());
    if (!key.maySign(statement.kind(), statement.subject())) {
      return new Verification.Refused(
          "key '"
              + key.name()
              + "' may not sign a statement of kind '"
              + statement.kind().text()
              + "' about this model");
    }
    if (statement instanceof Statement.Claim claim && !claim.actor().equals(key.holder())) {
      return new Verification.Refused(
          "key '" + key.name() + "' has signed in the name of somebody who does not hold it");
    }
    return new Verification.Verified(key, statement);
  }

  private static Optional<Digest> manifest(Statement statement) {
    if (statement instanceof Statement.Claim claim) {
      return Optional.of(claim.manifest());
    }
    return statement instanceof Statement.Content content ? content.manifest() : Optional.empty();
  }

  private static Verification.Refused refused(Verification.Verified verified, String difference) {
    return new Verification.Refused(
        "what key '" + verified.key().name() + "' has signed " + difference);
  }
}
