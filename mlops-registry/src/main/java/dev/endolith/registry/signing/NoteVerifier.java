package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name and the public Ed25519 key by which notes are verified. Immutable.
 *
 * <p>Its text form is the one that other tools for signed notes read: {@code name+keyid+base64(0x01
 * ‖ key)}.
 */
public final class NoteVerifier {
  static final String ALGORITHM = "Ed25519";

  /** The type of Ed25519 signatures in c2sp.org/signed-note. */
  private static final byte ED25519 = 1;

  private static final int KEY_BYTES = 32;

  /** What stands before the 32 bytes of a key in its SubjectPublicKeyInfo (RFC 8410). */
  private static final byte[] SPKI_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] raw;
  private final PublicKey key;
  private final int keyId;

  private NoteVerifier(String name, byte[] raw, PublicKey key) {
    this.name = name;
    this.raw = raw;
    this.key = key;
    MessageDigest sha = Digest.sha256();
    sha.update(name.getBytes(StandardCharsets.UTF_8));
    sha.update((byte) '\n');
    sha.update(ED25519);
    this.keyId = java.nio.ByteBuffer.wrap(sha.digest(raw)).getInt();
  }

  /**
   * A key under a name.
   *
   * @param name the key's name, a URL without scheme by custom, without spaces and {@code +}
   * @param key the public key
   * @return the verifier
   * @throws IllegalArgumentException if the name has spaces or {@code +}, or the key is not Ed25519
   */
  public static NoteVerifier of(String name, PublicKey key) {
    byte[] encoded = key.getEncoded();
    if (!(key instanceof EdECPublicKey)
        || encoded == null
        || encoded.length != SPKI_HEAD.length + KEY_BYTES) {
      throw new IllegalArgumentException(
          "notes are signed with Ed25519, was " + key.getAlgorithm());
    }
    byte[] raw = Arrays.copyOfRange(encoded, SPKI_HEAD.length, encoded.length);
    return new NoteVerifier(checkName(name), raw, key);
  }

  /**
   * Reads the text form.
   *
   * @param text what {@link #write()} gave
   * @return the verifier
   * @throws IllegalArgumentException if the text is not of that form, or its key id is not that of
   *     its key
   */
  public static NoteVerifier parse(String text) {
    String[] parts = text.split("\\+", 3);
    try {
      if (parts.length == 3) {
        byte[] typed = CanonicalBase64.decode("the key", parts[2]);
        if (typed.length == 1 + KEY_BYTES && typed[0] == ED25519) {
          byte[] spki = Arrays.copyOf(SPKI_HEAD, SPKI_HEAD.length + KEY_BYTES);
          System.arraycopy(typed, 1, spki, SPKI_HEAD.length, KEY_BYTES);
          PublicKey key =
              KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(spki));
          NoteVerifier verifier = of(parts[0], key);
          if (HexFormat.of().toHexDigits(verifier.keyId).equals(parts[1])) {
            return verifier;
          }
        }
      }
    } catch (MalformedException | GeneralSecurityException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "a note's key is written name+keyid+base64 with the key id of that key");
  }

  static String checkName(String name) {
    if (!SignedNote.isName(name)) {
      throw new IllegalArgumentException("the name of a note's key has no spaces and no '+'");
    }
    return name;
  }

  /**
   * The key's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  int keyId() {
    return keyId;
  }

  /**
   * The text form.
   *
   * @return {@code name+keyid+base64}
   */
  public String write() {
    byte[] typed = new byte[1 + KEY_BYTES];
    typed[0] = ED25519;
    System.arraycopy(raw, 0, typed, 1, KEY_BYTES);
    return name + "+" + HexFormat.of().toHexDigits(keyId) + "+" + CanonicalBase64.encode(typed);
  }

  /**
   * Whether a note is signed by this key. Signatures of other keys are passed over.
   *
   * @param note the note
   * @return true if there is a signature of this name and key id, and all such verify
   */
  public boolean verify(SignedNote note) {
    boolean found = false;
    for (SignedNote.NoteSignature signature : note.signatures()) {
      if (signature.name().equals(name) && signature.keyId() == keyId) {
        if (!verify(note.text(), signature)) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private boolean verify(String text, SignedNote.NoteSignature signature) {
    try {
      Signature ed25519 = Signature.getInstance(ALGORITHM);
      ed25519.initVerify(key);
      ed25519.update(text.getBytes(StandardCharsets.UTF_8));
      return ed25519.verify(signature.signature());
    } catch (MalformedException | SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no " + ALGORITHM, e);
    }
  }
}
