package dev.endolith.registry.signing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.endolith.data.CanonicalJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/*
 * A Sigstore bundle v0.3 of the method "key" around one DSSE envelope with one signature.
 *
 *   Sigstore bundle  github.com/sigstore/protobuf-specs, sigstore_bundle.proto
 *   DSSE             github.com/secure-systems-lab/dsse, envelope.md and protocol.md v1.0
 *
 * The payload is kept as the bytes that were signed; nothing of it is read before they are verified.
 */
final class Bundle {
  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  /** The payload type of statements about content and versions. */
  static final String IN_TOTO = "application/vnd.in-toto+json";

  private static final int MAX_SIGNATURE = 1_024;

  private final String hint;
  private final String type;
  private final byte[] payload;
  private final byte[] signature;

  Bundle(String hint, String type, byte[] payload, byte[] signature) {
    this.hint = hint;
    this.type = type;
    this.payload = payload;
    this.signature = signature;
  }

  String hint() {
    return hint;
  }

  byte[] payload() {
    return payload;
  }

  byte[] signature() {
    return signature;
  }

  /** What is signed: DSSE's pre-authentication encoding of type and payload. */
  static byte[] signedBytes(String type, byte[] payload) {
    String head = "DSSEv1 " + type.length() + " " + type + " " + payload.length + " ";
    ByteArrayOutputStream pae = new ByteArrayOutputStream(head.length() + payload.length);
    pae.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    pae.writeBytes(payload);
    return pae.toByteArray();
  }

  /** The trusted key that has signed the payload. */
  TrustedKey signedBy(TrustedKeys keys) throws MalformedException {
    TrustedKey trusted =
        keys.find(hint)
            .orElseThrow(
                () -> new MalformedException("the bundle is signed by a key that is not trusted"));
    EcCurve curve = EcCurve.of(trusted.key()).orElseThrow();
    if (!curve.verify(trusted.key(), signedBytes(type, payload), signature)) {
      throw new MalformedException("the signature is not one of key '" + trusted.name() + "'");
    }
    return trusted;
  }

  byte[] write() {
    return CanonicalJson.write(
            Map.of(
                "mediaType",
                MEDIA_TYPE,
                "verificationMaterial",
                Map.of("publicKey", Map.of("hint", hint), "tlogEntries", List.of()),
                "dsseEnvelope",
                Map.of(
                    "payload",
                    CanonicalBase64.encode(payload),
                    "payloadType",
                    type,
                    "signatures",
                    List.of(Map.of("keyid", "", "sig", CanonicalBase64.encode(signature))))))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a bundle whose payload must be of a type. */
  static Bundle read(String type, byte[] json) throws MalformedException {
    JsonNode bundle = StrictJson.read("the bundle", json);
    StrictJson.requireText(bundle, "mediaType", MEDIA_TYPE);
    JsonNode material = StrictJson.object(bundle, "verificationMaterial");
    if (material.has("certificate") || material.has("x509CertificateChain")) {
      throw new MalformedException(
          "the bundle is signed by certificate; only signatures by key are supported");
    }
    if (material.has("tlogEntries") && !StrictJson.array(material, "tlogEntries").isEmpty()) {
      throw new MalformedException("a bundle that is signed by key has no 'tlogEntries'");
    }
    JsonNode envelope = StrictJson.object(bundle, "dsseEnvelope");
    StrictJson.requireText(envelope, "payloadType", type);
    JsonNode signatures = StrictJson.array(envelope, "signatures");
    if (signatures.size() != 1 || !signatures.get(0).isObject()) {
      throw new MalformedException("the envelope must have exactly one signature");
    }
    JsonNode keyId = signatures.get(0).path("keyid");
    if (!keyId.isMissingNode() && !keyId.isNull() && !keyId.isTextual()) {
      throw new MalformedException("'keyid' must be a text");
    }
    byte[] signature =
        CanonicalBase64.decodeEither("'sig'", StrictJson.text(signatures.get(0), "sig"));
    if (signature.length > MAX_SIGNATURE) {
      throw new MalformedException("'sig' is longer than any signature");
    }
    return new Bundle(
        hint(StrictJson.object(material, "publicKey")),
        type,
        CanonicalBase64.decodeEither("'payload'", StrictJson.text(envelope, "payload")),
        signature);
  }

  private static String hint(JsonNode publicKey) throws MalformedException {
    if (publicKey.has("hint")) {
      return StrictJson.text(publicKey, "hint");
    }
    // before 1.1 the key itself was in the bundle; it only says which trusted key to take
    byte[] pem = CanonicalBase64.decodeEither("'rawBytes'", StrictJson.text(publicKey, "rawBytes"));
    return EcKeys.hint(EcKeys.publicKeyOfPem(pem));
  }
}
