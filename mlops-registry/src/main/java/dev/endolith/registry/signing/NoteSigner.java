package dev.endolith.registry.signing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.List;

/** Signs notes with an Ed25519 key (RFC 8032) under a name. Thread-safe. */
public final class NoteSigner {
  private final PrivateKey key;
  private final NoteVerifier verifier;

  private NoteSigner(PrivateKey key, NoteVerifier verifier) {
    this.key = key;
    this.verifier = verifier;
  }

  /**
   * Makes a key pair.
   *
   * @return an Ed25519 pair
   */
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(NoteVerifier.ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no Ed25519", e);
    }
  }

  /**
   * Signs with a key pair.
   *
   * @param name the key's name, which is the origin of checkpoints too; a URL without scheme by
   *     custom, without spaces and {@code +}
   * @param pair an Ed25519 pair
   * @return the signer
   * @throws IllegalArgumentException if the name has spaces or {@code +}, or the two keys are not
   *     Ed25519 or do not belong together
   */
  public static NoteSigner of(String name, KeyPair pair) {
    NoteSigner signer = new NoteSigner(pair.getPrivate(), NoteVerifier.of(name, pair.getPublic()));
    if (!signer.verifier.verify(signer.sign("probe\n"))) {
      throw new IllegalArgumentException("the private key does not belong to the public key");
    }
    return signer;
  }

  /**
   * What verifies this signer's notes.
   *
   * @return the name and the public key
   */
  public NoteVerifier verifier() {
    return verifier;
  }

  /**
   * Signs a text. The same text gives the same note.
   *
   * @param text the text; ends with a newline
   * @return the note
   * @throws IllegalArgumentException if the text does not end with a newline
   */
  public SignedNote sign(String text) {
    if (!text.endsWith("\n")) {
      throw new IllegalArgumentException("the text of a note ends with a newline");
    }
    byte[] signature;
    try {
      Signature ed25519 = Signature.getInstance(NoteVerifier.ALGORITHM);
      ed25519.initSign(key);
      ed25519.update(text.getBytes(StandardCharsets.UTF_8));
      signature = ed25519.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the private key does not sign with Ed25519", e);
    }
    byte[] line =
        ByteBuffer.allocate(Integer.BYTES + signature.length)
            .putInt(verifier.keyId())
            .put(signature)
            .array();
    return new SignedNote(
        text,
        List.of(
            new SignedNote.NoteSignature(
                verifier.name(), verifier.keyId(), CanonicalBase64.encode(line))));
  }
}
