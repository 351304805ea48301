package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * Makes, writes and reads the elliptic-curve keys that sign models, as PEM (RFC 7468): public keys
 * as SubjectPublicKeyInfo, private keys as unencrypted PKCS #8. Where private keys live, and who
 * may read them, is the host's to decide; a key in a hardware module is given to {@link
 * ModelSigner#of(PrivateKey, ECPublicKey)} as it is.
 */
public final class EcKeys {
  private static final String PUBLIC = "PUBLIC KEY";
  private static final String PRIVATE = "PRIVATE KEY";

  private EcKeys() {}

  /**
   * Makes a key pair.
   *
   * @param curve the curve; {@link EcCurve#P256} if nothing speaks for another
   * @return the pair
   */
  public static KeyPair generate(EcCurve curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve.standardName()));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform makes no keys of " + curve, e);
    }
  }

  /**
   * Writes a public key.
   *
   * @param key the key
   * @return its PEM text: lines of 64 characters that end with a newline
   */
  public static String write(ECPublicKey key) {
    return Pem.write(PUBLIC, key.getEncoded());
  }

  /**
   * Writes a private key, unencrypted.
   *
   * @param key the key
   * @return its PEM text
   */
  public static String write(ECPrivateKey key) {
    return Pem.write(PRIVATE, key.getEncoded());
  }

  /**
   * Reads a public key. Text before and after it is skipped.
   *
   * @param pem the PEM text
   * @return the key, on one of the curves of {@link EcCurve}
   * @throws IllegalArgumentException if there is no such key in the text
   */
  public static ECPublicKey readPublic(String pem) {
    try {
      return publicKey(Pem.read(PUBLIC, pem));
    } catch (MalformedException e) {
      throw new IllegalArgumentException(
          e.reason() + "; write one with 'openssl ec -in key.pem -pubout'", e);
    }
  }

  /**
   * Reads a private key.
   *
   * @param pem the PEM text
   * @return the key
   * @throws IllegalArgumentException if there is no such key in the text
   */
  public static ECPrivateKey readPrivate(String pem) {
    try {
      byte[] der = Pem.read(PRIVATE, pem);
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      return (ECPrivateKey) key;
    } catch (MalformedException | GeneralSecurityException e) {
      // without the cause: no part of a private key belongs in a log
      throw new IllegalArgumentException(
          "the text has no unencrypted elliptic-curve key as PKCS #8 ('-----BEGIN PRIVATE"
              + " KEY-----'); write one with 'openssl pkcs8 -topk8 -nocrypt -in key.pem'");
    }
  }

  /**
   * The hint by which a bundle names its key: the hex SHA-256 of the key's PEM text.
   *
   * @param key the key
   * @return 64 lower-case hex digits
   */
  public static String hint(ECPublicKey key) {
    return Digest.ofText(write(key)).hex();
  }

  static ECPublicKey publicKey(byte[] der) throws MalformedException {
    try {
      ECPublicKey key =
          (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
      if (EcCurve.of(key).isPresent()) {
        return key;
      }
    } catch (GeneralSecurityException e) {
      // said below
    }
    throw new MalformedException(
        "the public key is not an elliptic-curve key on P-256, P-384 or P-521");
  }

  /** The public key in a PEM text of a bundle. */
  static ECPublicKey publicKeyOfPem(byte[] pem) throws MalformedException {
    return publicKey(Pem.read(PUBLIC, new String(pem, StandardCharsets.US_ASCII)));
  }
}
