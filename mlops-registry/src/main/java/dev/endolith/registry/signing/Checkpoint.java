package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import java.util.HexFormat;

/**
 * What a log was at one time: the text of a <a href="https://c2sp.org/tlog-checkpoint">C2SP
 * checkpoint</a>. Immutable.
 *
 * @param origin which log
 * @param size its number of leaves
 * @param root the root hash over them
 */
public record Checkpoint(String origin, long size, Digest root) {
  /**
   * Checks the origin and the size.
   *
   * @param origin which log
   * @param size its number of leaves
   * @param root the root hash over them
   * @throws IllegalArgumentException if the origin is empty or has a newline, or the size is
   *     negative
   */
  public Checkpoint {
    if (origin.isEmpty() || origin.indexOf('\n') >= 0 || size < 0) {
      throw new IllegalArgumentException(
          "a checkpoint has an origin of one line and a size of at least 0, was " + size);
    }
  }

  /**
   * Writes the checkpoint as the text of a note.
   *
   * @return origin, size and root, each on a line
   */
  public String text() {
    return origin
        + "\n"
        + size
        + "\n"
        + CanonicalBase64.encode(HexFormat.of().parseHex(root.hex()))
        + "\n";
  }

  /**
   * Reads the text of a note. Lines after the third are extensions and passed over.
   *
   * @param text the text
   * @return the checkpoint
   * @throws DataException if the text is not of that form
   */
  public static Checkpoint parse(String text) {
    try {
      String[] lines = text.split("\n", -1);
      if (lines.length < 4 || lines[0].isEmpty() || !lines[lines.length - 1].isEmpty()) {
        throw new MalformedException("a checkpoint has lines for origin, size and root");
      }
      for (int i = 3; i < lines.length - 1; i++) {
        if (lines[i].isEmpty()) {
          throw new MalformedException("a checkpoint has no empty lines");
        }
      }
      return new Checkpoint(lines[0], number(lines[1]), hash("the root", lines[2]));
    } catch (MalformedException e) {
      throw new DataException("checkpoint", 0, "", e.reason(), e);
    }
  }

  /** A number of decimal digits in its one spelling. */
  static long number(String digits) throws MalformedException {
    boolean canonical =
        !digits.isEmpty()
            && digits.length() <= 18
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.length() == 1 || digits.charAt(0) != '0');
    if (!canonical) {
      throw new MalformedException("a number has 1 to 18 decimal digits and no leading zero");
    }
    return Long.parseLong(digits);
  }

  /** A SHA-256 in base64. */
  static Digest hash(String what, String base64) throws MalformedException {
    byte[] bytes = CanonicalBase64.decode(what, base64);
    if (bytes.length != 32) {
      throw new MalformedException(what + " has 32 bytes");
    }
    return new Digest(HexFormat.of().formatHex(bytes));
  }
}
