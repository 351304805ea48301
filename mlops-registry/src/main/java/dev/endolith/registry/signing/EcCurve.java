package dev.endolith.registry.signing;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Optional;

/** The elliptic curves of OpenSSF Model Signing, each with its hash (FIPS 186-5). */
public enum EcCurve {
  /** NIST P-256 with SHA-256. */
  P256("secp256r1", "SHA256withECDSA"),
  /** NIST P-384 with SHA-384. */
  P384("secp384r1", "SHA384withECDSA"),
  /** NIST P-521 with SHA-512. */
  P521("secp521r1", "SHA512withECDSA");

  private final String standardName;
  private final String algorithm;

  @SuppressWarnings("ImmutableEnumChecker") // it has no setters
  private final ECParameterSpec parameters;

  EcCurve(String standardName, String algorithm) {
    this.standardName = standardName;
    this.algorithm = algorithm;
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec(standardName));
      this.parameters = named.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no curve " + standardName, e);
    }
  }

  /** The curve of a key; empty for any other, also for one with parameters of its own making. */
  static Optional<EcCurve> of(ECPublicKey key) {
    ECParameterSpec own = key.getParams();
    for (EcCurve curve : values()) {
      if (curve.parameters.getCurve().equals(own.getCurve())
          && curve.parameters.getGenerator().equals(own.getGenerator())
          && curve.parameters.getOrder().equals(own.getOrder())
          && curve.parameters.getCofactor() == own.getCofactor()) {
        return Optional.of(curve);
      }
    }
    return Optional.empty();
  }

  String standardName() {
    return standardName;
  }

  /**
   * Signs bytes.
   *
   * @throws IllegalStateException if the key's provider fails
   */
  byte[] sign(PrivateKey key, byte[] message) {
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the private key does not sign with " + algorithm, e);
    }
  }

  boolean verify(ECPublicKey key, byte[] message, byte[] der) {
    if (!isCanonical(der, parameters.getOrder())) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(der);
    } catch (SignatureException | InvalidKeyException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no " + algorithm, e);
    }
  }

  /**
   * Whether a signature is SEQUENCE(INTEGER r, INTEGER s) in DER with 0 < r, s < n. Java 17 before
   * 17.0.3 takes r = s = 0 for a signature of anything (CVE-2022-21449).
   */
  static boolean isCanonical(byte[] der, BigInteger order) {
    int body = 2;
    if (der.length < 8 || der[0] != 0x30) {
      return false;
    }
    int length = der[1] & 0xff;
    if (length == 0x81) {
      length = der[2] & 0xff;
      body = 3;
      if (length < 0x80) {
        return false;
      }
    } else if (length >= 0x80) {
      return false;
    }
    if (body + length != der.length) {
      return false;
    }
    int second = integerEnd(der, body, order);
    return second > 0 && integerEnd(der, second, order) == der.length;
  }

  /** Where the INTEGER that starts at an offset ends, -1 if it is not one in DER in (0, order). */
  private static int integerEnd(byte[] der, int offset, BigInteger order) {
    if (offset + 2 >= der.length || der[offset] != 0x02) {
      return -1;
    }
    int length = der[offset + 1];
    int start = offset + 2;
    if (length < 1 || start + length > der.length) {
      return -1;
    }
    boolean padded = length > 1 && der[start] == 0 && der[start + 1] >= 0;
    BigInteger value = new BigInteger(der, start, length);
    if (padded || value.signum() <= 0 || value.compareTo(order) >= 0) {
      return -1;
    }
    return start + length;
  }
}
