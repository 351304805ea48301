package dev.endolith.registry.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.endolith.data.Digest;
import dev.endolith.registry.Attestation;
import dev.endolith.registry.signing.Signed.Person;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a verifier must refuse, also when a trusted key has signed it. */
class HostileBundleTest {
  private static final Person ANN = Person.of("ann", EcCurve.P256);
  private static final SignatureVerifier VERIFIER =
      SignatureVerifier.of(TrustedKeys.of(ANN.may(Attestation.Kind.values())));
  private static final String A = Digest.ofText("a").hex();
  private static final String B = Digest.ofText("b").hex();

  private static String root(String... digests) {
    return StatementJson.root(Stream.of(digests).map(Digest::new).toList()).hex();
  }

  private static String resource(String name, String digest) {
    return "{\"name\":\"" + name + "\",\"algorithm\":\"sha256\",\"digest\":\"" + digest + "\"}";
  }

  private static String statement(String root, String serialization, String... resources) {
    return "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"m\","
        + "\"digest\":{\"sha256\":\""
        + root
        + "\"}}],\"predicateType\":\"https://model_signing/signature/v1.0\",\"predicate\":{"
        + "\"serialization\":{"
        + serialization
        + "},\"resources\":["
        + String.join(",", resources)
        + "]}}";
  }

  private static final String FILES =
      "\"method\":\"files\",\"hash_type\":\"sha256\",\"allow_symlinks\":false";
  private static final String SHARDS =
      "\"method\":\"shards\",\"shard_size\":10,\"hash_type\":\"sha256\",\"allow_symlinks\":false";

  private static String honest() {
    return statement(root(A, B), FILES, resource("a", A), resource("b", B));
  }

  private static Verification verify(String statement) {
    return VERIFIER.verify(ANN.signer().signPayload(statement.getBytes(StandardCharsets.UTF_8)));
  }

  private static Verification verifyBundle(String json) {
    return VERIFIER.verify(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String bundle() {
    return new String(
        ANN.signer().signPayload(honest().getBytes(StandardCharsets.UTF_8)),
        StandardCharsets.UTF_8);
  }

  @Test
  void honestStatements_areVerified() {
    assertThat(verify(honest())).isInstanceOf(Verification.Verified.class);
    assertThat(verify("\n " + honest() + " \n")).isInstanceOf(Verification.Verified.class);
    assertThat(verify(honest().replace("\"resources\"", "\"later\":[1],\"resources\"")))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verify(statement(root(A), FILES, resource(".", A))))
        .isInstanceOf(Verification.Verified.class);
    // the reference implementation sorts by parts, the specification by code points
    assertThat(verify(statement(root(A, B), FILES, resource("a/b", A), resource("a-b", B))))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verify(statement(root(A, B), FILES, resource("a-b", A), resource("a/b", B))))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verify(statement(root(A, B), FILES, resource("\uffee", A), resource("😀", B))))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verify(statement(root(A, B), SHARDS, resource("a:0:10", A), resource("a:10:12", B))))
        .isInstanceOf(Verification.Verified.class);
  }

  static Stream<String> hostileStatements() {
    String honest = honest();
    return Stream.of(
        honest + honest,
        honest + "x",
        "[" + honest + "]",
        "null",
        "",
        honest.replace("Statement/v1", "Statement/v0.1"),
        honest.replace("signature/v1.0", "signature/v9"),
        honest.replace("\"subject\":[", "\"subject\":[{\"name\":\"x\",\"digest\":{}},"),
        honest.replace("\"name\":\"m\"", "\"name\":\"m\",\"name\":\"n\""),
        honest.replace("\"name\":\"m\"", "\"name\":\" \""),
        honest.replace("\"name\":\"m\"", "\"name\":1"),
        honest.replace("\"allow_symlinks\":false", "\"allow_symlinks\":true"),
        honest.replace("\"allow_symlinks\":false", "\"allow_symlinks\":\"false\""),
        honest.replace(",\"allow_symlinks\":false", ""),
        honest.replace("\"hash_type\":\"sha256\"", "\"hash_type\":\"md5\""),
        honest.replace("\"algorithm\":\"sha256\"", "\"algorithm\":\"blake2b\""),
        honest.replace("\"method\":\"files\"", "\"method\":\"dirs\""),
        honest.replace(FILES, FILES + ",\"ignore_paths\":[\"../x\"]"),
        honest.replace(FILES, FILES + ",\"ignore_paths\":{}"),
        honest.replace(root(A, B), root(B, A)),
        honest.replace(A, A.toUpperCase(java.util.Locale.ROOT)),
        statement(root(B, A), FILES, resource("b", B), resource("a", A)),
        statement(root(A, B), FILES, resource("a", A), resource("a", B)),
        statement(root(A), FILES, resource("../a", A)),
        statement(root(A), FILES, resource("/a", A)),
        statement(root(A), FILES, resource("a//b", A)),
        statement(root(A), FILES, resource("a/./b", A)),
        statement(root(A), FILES, resource("a/", A)),
        statement(root(A), FILES, resource("a\\\\b", A)),
        statement(root(A), FILES, resource("a\\u0000", A)),
        statement(root(A), FILES, resource("\\ud800", A)),
        statement(root(A), FILES, resource("", A)),
        statement(root(A), FILES, resource("a".repeat(5_000), A)),
        statement(root(A, B), FILES, resource(".", A), resource("b", B)),
        statement(root(A), SHARDS, resource("a", A)),
        statement(root(A), SHARDS, resource("a:0", A)),
        statement(root(A), SHARDS, resource(":0:1", A)),
        statement(root(A), SHARDS, resource("a:0:11", A)),
        statement(root(A), SHARDS, resource("a:1:10", A)),
        statement(root(A), SHARDS, resource("a:0:0", A)),
        statement(root(A), SHARDS, resource("a:00:5", A)),
        statement(root(A), SHARDS, resource("a:0:99999999999999999999", A)),
        statement(root(A, B), SHARDS, resource("a:0:5", A), resource("a:5:9", B)),
        statement(root(A, B), SHARDS, resource("a:0:10", A), resource("a:11:12", B)),
        statement(root(A, B), SHARDS, resource("a:0:10", A), resource("a:0:10", B)),
        statement(root(A, B), SHARDS, resource("b:0:10", A), resource("a:0:10", B)),
        statement(root(A), SHARDS.replace("10", "-1"), resource("a:0:10", A)),
        statement(root(A), SHARDS.replace("10", "1e40"), resource("a:0:10", A)),
        honest.replace("\"predicate\":{", "\"predicate\":{\"endolith\":{\"manifest\":\"x\"},"),
        honest.replace("\"predicate\":{", "\"predicate\":{\"deep\":" + "[".repeat(5_000) + ","),
        honest.replace(
            "\"predicate\":{",
            "\"predicate\":{\"deep\":" + "[".repeat(500) + "]".repeat(500) + ","),
        honest.replace(
            "\"predicate\":{", "\"predicate\":{\"many\":[" + "1,".repeat(1_100_000) + "1],"));
  }

  @ParameterizedTest
  @MethodSource
  void hostileStatements(String statement) {
    assertThat(verify(statement)).isInstanceOf(Verification.Refused.class);
  }

  static Stream<String> hostileClaims() {
    String honest =
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"m\","
            + "\"digest\":{\"sha256\":\""
            + A
            + "\"}}],\"predicateType\":\"https://endolith.dev/attestation/v1\",\"predicate\":{"
            + "\"kind\":\"approval\",\"manifest\":\""
            + B
            + "\",\"actor\":\"ann\",\"reason\":\"ok\",\"at\":\"2026-03-01T10:00:00Z\"}}";
    assertThat(verify(honest)).isInstanceOf(Verification.Verified.class);
    return Stream.of(
        honest.replace("approval", "training"),
        honest.replace("approval", "APPROVAL"),
        honest.replace("approval", "coronation"),
        honest.replace(B, "0"),
        honest.replace("\"ann\"", "\"bob\""),
        honest.replace("\"ann\"", "null"),
        honest.replace("2026-03-01T10:00:00Z", "yesterday"),
        honest.replace("\"ok\"", "\"" + "x".repeat(10_000) + "\""));
  }

  @ParameterizedTest
  @MethodSource
  void hostileClaims(String statement) {
    assertThat(verify(statement)).isInstanceOf(Verification.Refused.class);
  }

  @Test
  void hostileBundles_areRefused() {
    String bundle = bundle();
    assertThat(verifyBundle(bundle)).isInstanceOf(Verification.Verified.class);
    assertThat(verifyBundle(bundle.replace("\"keyid\":\"\"", "\"keyid\":null")))
        .isInstanceOf(Verification.Verified.class);
    assertThat(verifyBundle(bundle.replace("\"keyid\":\"\",", "")))
        .isInstanceOf(Verification.Verified.class);
    List<String> hostile =
        List.of(
            bundle + "{}",
            "\ufeff" + bundle,
            bundle.replace("bundle.v0.3", "bundle.v0.2"),
            bundle.replace("in-toto+json", "other+json"),
            bundle.replace("\"keyid\":\"\"", "\"keyid\":7"),
            bundle.replace("\"tlogEntries\":[]", "\"tlogEntries\":[{}]"),
            bundle.replace("\"tlogEntries\":[]", "\"certificate\":{}"),
            bundle.replace("\"tlogEntries\":[]", "\"x509CertificateChain\":{}"),
            bundle.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\"},"),
            bundle.replaceFirst("\"signatures\":\\[.*]", "\"signatures\":[]"),
            bundle.replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"" + "A".repeat(4_000) + "\""),
            bundle.replaceFirst("\"sig\":\"[^\"]*\"", "\"sig\":\"\""),
            bundle.replaceFirst("\"hint\":\"[^\"]*\"", "\"rawBytes\":\"AAAA\""),
            bundle.replaceFirst("\"hint\":\"[^\"]*\"", "\"hint\":7"),
            bundle.replaceFirst("\"hint\":\"[^\"]*\"", "\"other\":7"),
            bundle.replace("{\"dsseEnvelope\"", "{\"dsseEnvelope\":{},\"dsseEnvelope\""),
            "{\"a\":".repeat(100_000));
    for (String json : hostile) {
      assertThat(verifyBundle(json)).isInstanceOf(Verification.Refused.class);
    }
    assertThat(VERIFIER.verify(bundle.getBytes(StandardCharsets.UTF_16)))
        .isInstanceOf(Verification.Refused.class);
    assertThat(VERIFIER.verify(new byte[StrictJson.MAX_BYTES + 1]))
        .isInstanceOf(Verification.Refused.class);
  }

  @Test
  void base64_hasOneSpelling() throws MalformedException {
    assertThat(CanonicalBase64.decodeEither("x", "-_8=")).containsExactly(0xfb, 0xff);
    assertThat(CanonicalBase64.decodeEither("x", "+/8=")).containsExactly(0xfb, 0xff);
    for (String text : List.of("+/9=", "+/8", "+_8=", "+/8=\n", " +/8=", "+/8==", "A", "=")) {
      assertThat(catching(text)).isInstanceOf(MalformedException.class);
    }
  }

  private static Throwable catching(String text) {
    return org.assertj.core.api.Assertions.catchThrowable(
        () -> CanonicalBase64.decodeEither("x", text));
  }

  @Test
  void signatures_areCanonicalDer_andNeverZero() {
    BigInteger n = BigInteger.valueOf(0x7fff);
    HexFormat hex = HexFormat.of();
    assertThat(EcCurve.isCanonical(hex.parseHex("3008020201000202010f"), n)).isTrue();
    for (String der :
        List.of(
            "",
            "3006020100020100",
            "30080202010002027fff",
            "3008020201000202ff00",
            "3008020201000202000f",
            "300802020100020201",
            "3008020201000202010f00",
            "308108020201000202010f",
            "3009020201000202010f00",
            "30080203010002010f0000",
            "3108020201000202010f",
            "30ff020201000202010f")) {
      assertThat(EcCurve.isCanonical(hex.parseHex(der), n)).as(der).isFalse();
    }
  }

  @Test
  void mutations_areRefused_withoutAnyException() {
    byte[] bundle = bundle().getBytes(StandardCharsets.UTF_8);
    Verification honest = VERIFIER.verify(bundle);
    long seed = 20260301;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = bundle.clone();
      int edits = 1 + random.nextInt(4);
      for (int e = 0; e < edits; e++) {
        int at = random.nextInt(mutated.length);
        switch (random.nextInt(3)) {
          case 0 -> mutated[at] = (byte) random.nextInt(256);
          case 1 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
          default -> {
            int from = random.nextInt(mutated.length);
            int length = Math.min(random.nextInt(20), mutated.length - Math.max(at, from));
            System.arraycopy(mutated, from, mutated, at, length);
          }
        }
      }
      Verification verification = VERIFIER.verify(mutated);
      if (verification instanceof Verification.Verified) {
        assertThat(verification).as("seed %s, round %s", seed, i).isEqualTo(honest);
      }
    }
  }
}
