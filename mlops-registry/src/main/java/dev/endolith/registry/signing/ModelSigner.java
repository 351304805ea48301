package dev.endolith.registry.signing;

import dev.endolith.error.StorageException;
import dev.endolith.registry.Actor;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.ModelVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signs with one private key. What it makes is a Sigstore bundle with a DSSE envelope: of content
 * as OpenSSF Model Signing v1.0 has it, which other tools verify too, and of claims about a
 * version, such as approvals. Thread-safe.
 */
public final class ModelSigner {
  private final PrivateKey key;
  private final ECPublicKey publicKey;
  private final EcCurve curve;

  private ModelSigner(PrivateKey key, ECPublicKey publicKey, EcCurve curve) {
    this.key = key;
    this.publicKey = publicKey;
    this.curve = curve;
  }

  /**
   * Signs with a key pair.
   *
   * @param pair a pair of {@link EcKeys#generate}
   * @return the signer
   * @throws IllegalArgumentException if the two keys do not belong together, or are not on one of
   *     the curves of {@link EcCurve}
   */
  public static ModelSigner of(KeyPair pair) {
    if (pair.getPublic() instanceof ECPublicKey publicKey) {
      return of(pair.getPrivate(), publicKey);
    }
    throw new IllegalArgumentException(
        "models are signed with elliptic-curve keys, was " + pair.getPublic().getAlgorithm());
  }

  /**
   * Signs with a private key that may be out of reach, for example in a hardware module.
   *
   * @param key the private key
   * @param publicKey the public key that belongs to it
   * @return the signer
   * @throws IllegalArgumentException if the two keys do not belong together, or are not on one of
   *     the curves of {@link EcCurve}
   */
  public static ModelSigner of(PrivateKey key, ECPublicKey publicKey) {
    EcCurve curve =
        EcCurve.of(publicKey)
            .orElseThrow(
                () -> new IllegalArgumentException("a key must be on P-256, P-384 or P-521"));
    byte[] probe = "endolith".getBytes(StandardCharsets.US_ASCII);
    if (!curve.verify(publicKey, probe, curve.sign(key, probe))) {
      throw new IllegalArgumentException(
          "the private key does not belong to the public key " + EcKeys.hint(publicKey));
    }
    return new ModelSigner(key, publicKey, curve);
  }

  /**
   * The public key.
   *
   * @return what others verify with
   */
  public ECPublicKey publicKey() {
    return publicKey;
  }

  /**
   * Says: this version is what I have made. All attachments are signed by name and digest, and the
   * manifest, which covers format and schema too.
   *
   * @param version the version as it was registered
   * @return the bundle, an {@link Attestation.Kind#TRAINING}
   */
  public byte[] sign(ModelVersion version) {
    return sign(content(version));
  }

  /**
   * Says: the content of this folder is the model. Symbolic links are refused.
   *
   * @param folder the folder, or a single file
   * @param ignored paths below it that are not part of the model, for example of the signature
   *     itself; {@code .git}, {@code .gitattributes}, {@code .github} and {@code .gitignore} at its
   *     top never are
   * @return the bundle
   * @throws IllegalArgumentException if there is a link in the folder, or a name that cannot be
   *     signed
   * @throws StorageException if the folder cannot be read
   */
  public byte[] signFolder(Path folder, String... ignored) {
    for (String path : ignored) {
      if (!MemberName.isCanonical(path)) {
        throw new IllegalArgumentException(
            "a path to be ignored is relative and canonical, was '" + path + "'");
      }
    }
    Set<String> all = new LinkedHashSet<>(SignedFolder.IGNORED);
    all.addAll(List.of(ignored));
    try {
      Path absolute = folder.toAbsolutePath().normalize();
      List<Statement.Resource> resources = SignedFolder.scan(absolute, all).files();
      Path name = absolute.getFileName();
      return sign(
          new Statement.Content(
              name == null ? "model" : name.toString(),
              StatementJson.root(resources.stream().map(Statement.Resource::digest).toList()),
              Optional.empty(),
              resources,
              0,
              all.stream().sorted(MemberName.BY_CODE_POINTS).toList()));
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e.reason(), e);
    } catch (IOException e) {
      throw new StorageException("sign", "the folder that is to be signed cannot be read", e);
    }
  }

  /**
   * Says: this version may serve.
   *
   * @param version the version
   * @param holder who approves: the holder of this key, as the trusted keys name them
   * @param reason why, for people and auditors
   * @param at when
   * @return the bundle, an {@link Attestation.Kind#APPROVAL}
   */
  public byte[] approve(ModelVersion version, Actor holder, String reason, Instant at) {
    return attest(Attestation.Kind.APPROVAL, version, holder, reason, at);
  }

  /**
   * Says: this version may not serve any more, nor any other of the same content.
   *
   * @param version the version
   * @param holder who withdraws: the holder of this key, as the trusted keys name them
   * @param reason why, for people and auditors
   * @param at when
   * @return the bundle, an {@link Attestation.Kind#WITHDRAWAL}
   */
  public byte[] withdraw(ModelVersion version, Actor holder, String reason, Instant at) {
    return attest(Attestation.Kind.WITHDRAWAL, version, holder, reason, at);
  }

  /**
   * Says something about a version.
   *
   * @param kind what is said; not {@link Attestation.Kind#TRAINING}, which is {@link
   *     #sign(ModelVersion)}, and not {@link Attestation.Kind#EXPORT}, which is {@link
   *     ModelArchive}
   * @param version the version
   * @param holder who says it: the holder of this key, as the trusted keys name them
   * @param reason why, for people and auditors
   * @param at when
   * @return the bundle
   * @throws IllegalArgumentException if the kind is one of these two, or the reason is blank or
   *     longer than 2 000 characters
   */
  public byte[] attest(
      Attestation.Kind kind, ModelVersion version, Actor holder, String reason, Instant at) {
    if (kind == Attestation.Kind.TRAINING) {
      throw new IllegalArgumentException(
          "a training is attested by the signature of the content: sign(version)");
    }
    if (kind == Attestation.Kind.EXPORT) {
      throw new IllegalArgumentException(
          "an export is attested by the signature of the archive: ModelArchive.export");
    }
    if (reason.isBlank() || reason.length() > 2_000) {
      throw new IllegalArgumentException(
          "a reason is 1 to 2000 characters, was " + reason.length());
    }
    Statement.Content content = content(version);
    return sign(
        new Statement.Claim(
            kind,
            content.subject(),
            content.root(),
            version.manifest(),
            holder.name(),
            reason,
            at));
  }

  /** What the content of a version must be signed as. */
  static Statement.Content content(ModelVersion version) {
    List<Statement.Resource> resources =
        version.attachments().stream()
            .map(a -> new Statement.Resource(a.name(), a.digest()))
            .sorted(Comparator.comparing(Statement.Resource::name, MemberName.BY_CODE_POINTS))
            .toList();
    return new Statement.Content(
        version.model(),
        StatementJson.root(resources.stream().map(Statement.Resource::digest).toList()),
        Optional.of(version.manifest()),
        resources,
        0,
        List.of());
  }

  byte[] sign(Statement statement) {
    return signPayload(StatementJson.write(statement));
  }

  /** Signs any bytes as a statement; for tests of what a verifier must refuse. */
  byte[] signPayload(byte[] payload) {
    return signPayload(Bundle.IN_TOTO, payload);
  }

  byte[] signPayload(String type, byte[] payload) {
    byte[] signature = curve.sign(key, Bundle.signedBytes(type, payload));
    return new Bundle(EcKeys.hint(publicKey), type, payload, signature).write();
  }
}
