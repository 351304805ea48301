package dev.endolith.model;

import dev.endolith.error.ArtifactRefusedException;

/**
 * Recognises content that is a program, or that runs one while it is read, whatever name it was
 * stored under: Java serialization, Python pickles (also inside the zip archives of PyTorch and
 * NumPy), class files, native libraries, scripts. Formats ask it before anything else looks at the
 * content. Stateless and thread-safe; reads a few bytes.
 */
public final class ContentFirewall {
  /** Opcodes that a pickle of protocol 0 or 1 has after an opening mark. */
  private static final String AFTER_MARK = "dlicSVIFLNtp(}]qKMJGXUh";

  private static final int FIRST_PICKLE = 2;
  private static final int LAST_PICKLE = 5;

  private ContentFirewall() {}

  /**
   * Refuses content that is, or holds, a program.
   *
   * @param format the name of the format that was to read it
   * @param content the content
   * @throws ArtifactRefusedException if it is one of the kinds above; the message says which
   */
  public static void check(String format, byte[] content) {
    String kind = kind(content);
    if (!kind.isEmpty()) {
      throw new ArtifactRefusedException(
          format,
          "no code",
          "the content is "
              + kind
              + ", which runs code when it is read; store the model as ONNX or Tribuo protobuf");
    }
  }

  /** What the content is, empty if nothing is known against it. */
  private static String kind(byte[] content) {
    if (begins(content, 0xAC, 0xED, 0x00)) {
      return "a serialized Java object";
    }
    if (isPickle(content)) {
      return "a Python pickle";
    }
    if (begins(content, 'P', 'K', 3, 4) || begins(content, 'P', 'K', 5, 6)) {
      return "a zip archive, as of PyTorch, NumPy or Java,";
    }
    if (begins(content, 0x1F, 0x8B, 8) || begins(content, 'B', 'Z', 'h')) {
      return "compressed, as pickles of joblib are,";
    }
    if (begins(content, 0xCA, 0xFE, 0xBA, 0xBE)) {
      return "a Java class file";
    }
    if (begins(content, 0x7F, 'E', 'L', 'F')
        || begins(content, 'M', 'Z')
        || begins(content, 0xCF, 0xFA, 0xED, 0xFE)) {
      return "a native program";
    }
    if (begins(content, '#', '!') || begins(content, '<', '?', 'p', 'h', 'p')) {
      return "a script";
    }
    if (begins(content, 0x89, 'H', 'D', 'F')) {
      return "an HDF5 file, whose layers may hold Python code,";
    }
    return "";
  }

  private static boolean isPickle(byte[] content) {
    if (content.length < 3) {
      return false;
    }
    int first = content[0] & 0xFF;
    if (first == 0x80) {
      return content[1] >= FIRST_PICKLE && content[1] <= LAST_PICKLE;
    }
    if (content[content.length - 1] != '.') {
      return false; // every pickle stops by that opcode
    }
    if (first == 'c' || first == 'i') {
      return isName(content); // module and name of what is called
    }
    return (first == '(' || first == ']' || first == '}')
        && AFTER_MARK.indexOf(content[1] & 0xFF) >= 0;
  }

  /** A Python name and an end of line. */
  private static boolean isName(byte[] content) {
    int at = 1;
    while (at < content.length
        && (Character.isLetterOrDigit(content[at]) || content[at] == '_' || content[at] == '.')) {
      at++;
    }
    return at > 1 && at < content.length && content[at] == '\n';
  }

  private static boolean begins(byte[] content, int... bytes) {
    if (content.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((content[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
