package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.endolith.data.Digest;
import dev.endolith.registry.Attachment;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.InMemoryStores;
import dev.endolith.registry.ModelVersion;
import dev.endolith.registry.signing.Signed.Person;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelSignerTest {
  private final InMemoryStores stores = InMemoryStores.create(Signed.CLOCK);
  private final Attachment model = Signed.blob(stores, "model", "weights");
  private final Attachment notes = Signed.blob(stores, "notes", "for people");
  private final ModelVersion version = Signed.register(stores, "m", model, notes);

  private static SignatureVerifier trusting(Person person) {
    return SignatureVerifier.of(
        TrustedKeys.of(person.may(Attestation.Kind.TRAINING, Attestation.Kind.APPROVAL)));
  }

  private static String reason(Verification verification) {
    assertThat(verification).isInstanceOf(Verification.Refused.class);
    return ((Verification.Refused) verification).reason();
  }

  @ParameterizedTest
  @EnumSource
  void sign_isVerified_onEveryCurve(EcCurve curve) {
    Person ann = Person.of("ann", curve);
    byte[] bundle = ann.signer().sign(version);
    Verification verification = trusting(ann).verify(bundle, version);
    assertThat(verification).isInstanceOf(Verification.Verified.class);
    Statement statement = ((Verification.Verified) verification).statement();
    assertThat(statement.subject()).isEqualTo("m");
    assertThat(statement.kind()).isEqualTo(Attestation.Kind.TRAINING);
    assertThat(((Statement.Content) statement).manifest()).contains(version.manifest());
    assertThat(((Statement.Content) statement).resources())
        .extracting(Statement.Resource::name)
        .containsExactly("model", "notes");
  }

  @ParameterizedTest
  @EnumSource
  void signature_isVerifiedByOpenssl(EcCurve curve, @TempDir Path folder) throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "openssl"))),
        "openssl is not on the path");
    Person ann = Person.of("ann", curve);
    Bundle bundle = Bundle.read(Bundle.IN_TOTO, ann.signer().sign(version));
    Files.writeString(
        folder.resolve("key.pem"), EcKeys.write((ECPublicKey) ann.pair().getPublic()));
    Files.write(folder.resolve("sig"), bundle.signature());
    Files.write(folder.resolve("pae"), Bundle.signedBytes(Bundle.IN_TOTO, bundle.payload()));
    String hash =
        switch (curve) {
          case P256 -> "-sha256";
          case P384 -> "-sha384";
          case P521 -> "-sha512";
        };
    Process openssl =
        new ProcessBuilder(
                "openssl", "dgst", hash, "-verify", "key.pem", "-signature", "sig", "pae")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(openssl.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(said).contains("Verified OK");
    assertThat(openssl.exitValue()).isZero();
  }

  @Test
  void root_isTheDigestOfTheMembersDigestsInOrder() {
    byte[] both = new byte[64];
    System.arraycopy(java.util.HexFormat.of().parseHex(model.digest().hex()), 0, both, 0, 32);
    System.arraycopy(java.util.HexFormat.of().parseHex(notes.digest().hex()), 0, both, 32, 32);
    assertThat(ModelSigner.content(version).root()).isEqualTo(Digest.of(both));
  }

  @Test
  void everyFlippedByte_isRefused_orMeansTheSame() {
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().sign(version);
    SignatureVerifier verifier = trusting(ann);
    Verification honest = verifier.verify(bundle, version);
    int refused = 0;
    for (int i = 0; i < bundle.length; i++) {
      for (int flip : new int[] {1 << i % 7, 0x20, 0xff}) {
        byte[] flipped = bundle.clone();
        flipped[i] ^= (byte) flip;
        Verification verification = verifier.verify(flipped, version);
        if (verification instanceof Verification.Refused) {
          refused++;
        } else {
          assertThat(verification).isEqualTo(honest);
        }
      }
    }
    // what is not signed and means nothing: the names and values of 'keyid' and 'tlogEntries'
    assertThat(bundle.length * 3 - refused).isLessThan(200);
  }

  @Test
  void everyTruncation_isRefused() {
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().sign(version);
    for (int length = 0; length < bundle.length; length++) {
      assertThat(trusting(ann).verify(Arrays.copyOf(bundle, length), version))
          .isInstanceOf(Verification.Refused.class);
    }
  }

  @Test
  void changedAttachments_areRefused() {
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().sign(version);
    Attachment extra = Signed.blob(stores, "extra", "x");
    Attachment other = Signed.blob(stores, "model", "other weights");
    Attachment renamed = new Attachment("readme", "text/plain", notes.size(), notes.digest());
    Attachment swappedA = new Attachment("model", "", notes.size(), notes.digest());
    Attachment swappedB = new Attachment("notes", "", model.size(), model.digest());
    List<List<Attachment>> forgeries =
        List.of(
            List.of(extra, model, notes),
            List.of(model),
            List.of(),
            List.of(other, notes),
            List.of(model, renamed),
            List.of(swappedA, swappedB));
    for (List<Attachment> forgery : forgeries) {
      ModelVersion forged = Signed.forged(version, "m", forgery);
      assertThat(reason(trusting(ann).verify(bundle, forged))).contains("attachments of m v1");
    }
    assertThat(reason(trusting(ann).verify(bundle, Signed.forged(version, "other", List.of()))))
        .contains("another model");
  }

  @Test
  void anotherManifest_isRefused() {
    // of another size or media type: the digests are the same, the manifest is not
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().sign(version);
    ModelVersion resized =
        Signed.register(
            stores, "m", new Attachment("model", "text/plain", 1, model.digest()), notes);
    assertThat(reason(trusting(ann).verify(bundle, resized))).contains("manifest");
  }

  @Test
  void wrongKeys_areRefused() {
    Person ann = Person.of("ann", EcCurve.P256);
    Person bob = Person.of("bob", EcCurve.P256);
    byte[] bundle = ann.signer().sign(version);
    assertThat(reason(trusting(bob).verify(bundle, version))).contains("not trusted");
    // ann's signature under bob's name
    String text = new String(bundle, StandardCharsets.UTF_8);
    String claimed = text.replace(ann.may().hint(), bob.may().hint());
    assertThat(reason(trusting(bob).verify(claimed.getBytes(StandardCharsets.UTF_8), version)))
        .contains("not one of key 'bob's key'");
  }

  @Test
  void keyInTheBundle_isOnlyAHint() {
    Person ann = Person.of("ann", EcCurve.P384);
    Person bob = Person.of("bob", EcCurve.P384);
    String text = new String(ann.signer().sign(version), StandardCharsets.UTF_8);
    String raw =
        text.replace(
            "\"hint\":\"" + ann.may().hint() + "\"",
            "\"keyDetails\":\"PKIX_ECDSA_P384_SHA_384\",\"rawBytes\":\""
                + CanonicalBase64.encode(
                    EcKeys.write((ECPublicKey) ann.pair().getPublic())
                        .getBytes(StandardCharsets.US_ASCII))
                + "\"");
    byte[] bundle = raw.getBytes(StandardCharsets.UTF_8);
    assertThat(trusting(ann).verify(bundle, version)).isInstanceOf(Verification.Verified.class);
    assertThat(reason(trusting(bob).verify(bundle, version))).contains("not trusted");
  }

  @Test
  void keysSign_whatTheyWereTrustedWith() {
    Person ann = Person.of("ann", EcCurve.P256);
    SignatureVerifier approver =
        SignatureVerifier.of(TrustedKeys.of(ann.may(Attestation.Kind.APPROVAL)));
    assertThat(reason(approver.verify(ann.signer().sign(version), version)))
        .contains("may not sign a statement of kind 'training'");
    TrustedKey others =
        new TrustedKey(
            "k",
            "ann",
            (ECPublicKey) ann.pair().getPublic(),
            List.of("fraud*", "mm"),
            java.util.Set.of(Attestation.Kind.TRAINING));
    assertThat(
            reason(SignatureVerifier.of(TrustedKeys.of(others)).verify(ann.signer().sign(version))))
        .contains("about this model");
    assertThat(others.maySign(Attestation.Kind.TRAINING, "fraud-eu")).isTrue();
    assertThat(others.maySign(Attestation.Kind.TRAINING, "mmm")).isFalse();
  }

  @Test
  void approve_bindsWhoWhyAndWhen() {
    Person ann = Person.of("ann", EcCurve.P521);
    byte[] bundle = ann.signer().approve(version, ann.actor(), "looks good", Signed.TEN);
    Verification verification = trusting(ann).verify(bundle, version);
    assertThat(((Verification.Verified) verification).statement())
        .isEqualTo(
            new Statement.Claim(
                Attestation.Kind.APPROVAL,
                "m",
                ModelSigner.content(version).root(),
                version.manifest(),
                "ann",
                "looks good",
                Signed.TEN));
    byte[] inBobsName =
        ann.signer().approve(version, new dev.endolith.registry.Actor("bob"), "ok", Signed.TEN);
    assertThat(reason(trusting(ann).verify(inBobsName, version))).contains("in the name of");
    assertThatThrownBy(
            () ->
                ann.signer()
                    .attest(Attestation.Kind.TRAINING, version, ann.actor(), "x", Signed.TEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sign(version)");
  }

  @Test
  void keys_comeBackFromPem_andPairsMustBelongTogether() {
    for (EcCurve curve : EcCurve.values()) {
      KeyPair pair = EcKeys.generate(curve);
      ECPublicKey publicKey = (ECPublicKey) pair.getPublic();
      ECPrivateKey privateKey = (ECPrivateKey) pair.getPrivate();
      String pem = EcKeys.write(publicKey);
      assertThat(EcKeys.readPublic("a preamble\n" + pem.replace("\n", "\r\n")))
          .isEqualTo(publicKey);
      assertThat(ModelSigner.of(EcKeys.readPrivate(EcKeys.write(privateKey)), publicKey))
          .isNotNull();
      assertThat(pem.lines().filter(line -> line.length() > 64)).isEmpty();
      assertThat(pem).endsWith("-----END PUBLIC KEY-----\n");
    }
    KeyPair one = EcKeys.generate(EcCurve.P256);
    KeyPair two = EcKeys.generate(EcCurve.P256);
    assertThatThrownBy(() -> ModelSigner.of(one.getPrivate(), (ECPublicKey) two.getPublic()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not belong");
    assertThatThrownBy(() -> EcKeys.readPublic("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("openssl");
    assertThatThrownBy(() -> EcKeys.readPrivate(EcKeys.write((ECPublicKey) one.getPublic())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PKCS #8");
  }

  @Test
  void oneKey_isNotTwoPeople() {
    Person ann = Person.of("ann", EcCurve.P256);
    TrustedKey again = TrustedKey.of("second", "bob", (ECPublicKey) ann.pair().getPublic());
    assertThatThrownBy(() -> TrustedKeys.of(ann.may(), again))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("same key");
  }

  @Test
  void folder_isSignedAndVerified(@TempDir Path parent) throws IOException {
    Path folder = Files.createDirectories(parent.resolve("net"));
    Files.createDirectories(folder.resolve("a"));
    Files.createDirectories(folder.resolve(".git"));
    Files.writeString(folder.resolve(".git/config"), "x");
    Files.writeString(folder.resolve("a/b"), "1");
    Files.writeString(folder.resolve("a-b"), "2");
    Files.writeString(folder.resolve("empty"), "");
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().signFolder(folder, "model.sig");
    Files.write(folder.resolve("model.sig"), bundle);
    SignatureVerifier verifier = trusting(ann);
    Verification verification = verifier.verifyFolder(bundle, folder);
    assertThat(verification).isInstanceOf(Verification.Verified.class);
    Statement.Content content =
        (Statement.Content) ((Verification.Verified) verification).statement();
    assertThat(content.subject()).isEqualTo("net");
    assertThat(content.resources())
        .extracting(Statement.Resource::name)
        .containsExactly("a-b", "a/b", "empty");

    Files.writeString(folder.resolve("a/.git"), "only the top is ignored");
    assertThat(reason(verifier.verifyFolder(bundle, folder))).contains("does not list 'a/.git'");
    Files.delete(folder.resolve("a/.git"));
    Files.writeString(folder.resolve("a/b"), "3");
    assertThat(reason(verifier.verifyFolder(bundle, folder))).contains("'a/b'");
    Files.writeString(folder.resolve("a/b"), "1");
    Files.delete(folder.resolve("empty"));
    assertThat(reason(verifier.verifyFolder(bundle, folder))).contains("'empty', which is not");
    assertThat(
            reason(
                verifier.verifyFolder(
                    ann.signer().approve(version, ann.actor(), "x", Signed.TEN), folder)))
        .contains("lists no files");
  }

  @Test
  void links_areRefused(@TempDir Path folder) throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "x");
    Path inside = Files.createDirectories(folder.resolve("net"));
    Files.writeString(inside.resolve("a"), "x");
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle = ann.signer().signFolder(inside);
    Files.delete(inside.resolve("a"));
    Files.createSymbolicLink(inside.resolve("a"), target);
    assertThat(reason(trusting(ann).verifyFolder(bundle, inside))).contains("'a' is a link");
    assertThatThrownBy(() -> ann.signer().signFolder(inside))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' is a link");
  }

  @Test
  void shards_areVerified(@TempDir Path folder) throws IOException {
    byte[] big = new byte[2_500];
    Arrays.fill(big, (byte) 7);
    Files.write(folder.resolve("big:1"), big);
    Files.write(folder.resolve("exact"), new byte[1_000]);
    Files.write(folder.resolve("empty"), new byte[0]);
    List<Statement.Resource> resources = new ArrayList<>();
    for (int start = 0; start < 2_500; start += 1_000) {
      int end = Math.min(start + 1_000, 2_500);
      resources.add(
          new Statement.Resource(
              "big:1:" + start + ":" + end, Digest.of(Arrays.copyOfRange(big, start, end))));
    }
    resources.add(new Statement.Resource("exact:0:1000", Digest.of(new byte[1_000])));
    Digest root = StatementJson.root(resources.stream().map(Statement.Resource::digest).toList());
    Person ann = Person.of("ann", EcCurve.P256);
    byte[] bundle =
        ann.signer()
            .sign(
                new Statement.Content(
                    "net", root, java.util.Optional.empty(), resources, 1_000, List.of()));
    assertThat(trusting(ann).verifyFolder(bundle, folder))
        .isInstanceOf(Verification.Verified.class);
    big[1_500] = 8;
    Files.write(folder.resolve("big:1"), big);
    assertThat(reason(trusting(ann).verifyFolder(bundle, folder))).contains("big:1:1000:2000");
  }
}
