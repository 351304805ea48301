package dev.endolith.registry.signing;

import dev.endolith.error.DataException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text with signatures below it, in the form of <a href="https://c2sp.org/signed-note">C2SP
 * signed note</a>. Reading it verifies nothing: that is {@link NoteVerifier#verify}. Immutable.
 *
 * @param text the text that is signed; ends with a newline
 * @param signatures the signatures, at least one
 */
public record SignedNote(String text, List<NoteSignature> signatures) {
  private static final int MAX_CHARS = 64 * 1024;
  private static final int MAX_SIGNATURES = 64;
  private static final int KEY_ID_BYTES = 4;

  /**
   * One line below a note.
   *
   * @param name the name of the key
   * @param keyId the first four bytes of a digest of the key
   * @param base64 key id and signature, as they stand in the line
   */
  public record NoteSignature(String name, int keyId, String base64) {
    byte[] signature() throws MalformedException {
      byte[] bytes = CanonicalBase64.decode("the signature", base64);
      return Arrays.copyOfRange(bytes, KEY_ID_BYTES, bytes.length);
    }
  }

  /**
   * Copies the signatures.
   *
   * @param text the text that is signed; ends with a newline
   * @param signatures the signatures, at least one
   */
  public SignedNote {
    signatures = List.copyOf(signatures);
  }

  /**
   * Reads a note.
   *
   * @param note the note, at most 65 536 characters with at most 64 signatures
   * @return the note
   * @throws DataException if it is not of the form of a signed note
   */
  public static SignedNote parse(String note) {
    try {
      return read(note);
    } catch (MalformedException e) {
      throw new DataException("note", 0, "", e.reason(), e);
    }
  }

  private static SignedNote read(String note) throws MalformedException {
    if (note.length() > MAX_CHARS) {
      throw new MalformedException("a note has at most " + MAX_CHARS + " characters");
    }
    if (note.chars().anyMatch(c -> c < ' ' && c != '\n') || !isUnicode(note)) {
      throw new MalformedException("a note has no control characters and is valid Unicode");
    }
    int split = note.lastIndexOf("\n\n");
    if (split < 0 || !note.endsWith("\n") || split + 2 >= note.length()) {
      throw new MalformedException("a note is a text, an empty line and lines of signatures");
    }
    List<NoteSignature> signatures = new ArrayList<>();
    for (String line : note.substring(split + 2, note.length() - 1).split("\n", -1)) {
      signatures.add(signature(line));
    }
    if (signatures.size() > MAX_SIGNATURES) {
      throw new MalformedException("a note has at most " + MAX_SIGNATURES + " signatures");
    }
    return new SignedNote(note.substring(0, split + 1), signatures);
  }

  private static NoteSignature signature(String line) throws MalformedException {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !parts[0].equals("\u2014") || !isName(parts[1])) {
      throw new MalformedException("a signature is a dash, the name of a key and base64");
    }
    byte[] bytes = CanonicalBase64.decode("a signature", parts[2]);
    if (bytes.length <= KEY_ID_BYTES) {
      throw new MalformedException("a signature has more than four bytes");
    }
    return new NoteSignature(parts[1], ByteBuffer.wrap(bytes).getInt(), parts[2]);
  }

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.chars()
            .noneMatch(
                c ->
                    Character.isWhitespace(c)
                        || Character.isSpaceChar(c)
                        || Character.isISOControl(c)
                        || c == '+')
        && isUnicode(name);
  }

  private static boolean isUnicode(String text) {
    return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * Writes the note.
   *
   * @return the text, an empty line, and a line for each signature
   */
  public String write() {
    StringBuilder note = new StringBuilder(text).append('\n');
    for (NoteSignature signature : signatures) {
      note.append("\u2014 ")
          .append(signature.name())
          .append(' ')
          .append(signature.base64())
          .append('\n');
    }
    return note.toString();
  }
}
