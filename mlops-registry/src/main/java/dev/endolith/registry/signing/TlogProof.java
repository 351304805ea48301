package dev.endolith.registry.signing;

import dev.endolith.data.Digest;
import dev.endolith.error.DataException;
import dev.endolith.registry.InclusionProof;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Shows that a record is in a log whose checkpoint was signed, to somebody who has the record's
 * digest and the log's public key only: a <a href="https://c2sp.org/tlog-proof">C2SP transparency
 * log proof</a>. Immutable.
 *
 * @param inclusion the way from the record to the root
 * @param note the signed checkpoint
 */
public record TlogProof(InclusionProof inclusion, SignedNote note) {
  private static final String HEAD = "c2sp.org/tlog-proof@v1";
  private static final int MAX_LINES = 80;

  /**
   * Whether the record is in the log.
   *
   * @param leaf the record's digest
   * @param key the log's key; its name is the origin of the checkpoint
   * @return true if the note is signed by the key and has the record at the index
   */
  public boolean verify(Digest leaf, NoteVerifier key) {
    Checkpoint checkpoint;
    try {
      checkpoint = Checkpoint.parse(note.text());
    } catch (DataException e) {
      return false;
    }
    return key.verify(note)
        && checkpoint.origin().equals(key.name())
        && checkpoint.size() == inclusion.size()
        && inclusion.verify(leaf, checkpoint.root());
  }

  /**
   * Writes the proof.
   *
   * @return the text of a {@code .tlog-proof} file
   */
  public String write() {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append("index ").append(inclusion.index()).append('\n');
    for (Digest digest : inclusion.path()) {
      text.append(CanonicalBase64.encode(HexFormat.of().parseHex(digest.hex()))).append('\n');
    }
    return text.append('\n').append(note.write()).toString();
  }

  /**
   * Reads a proof. An {@code extra} line is passed over: it is not authenticated.
   *
   * @param text the text
   * @return the proof
   * @throws DataException if the text is not of that form
   */
  public static TlogProof parse(String text) {
    int split = text.indexOf("\n\n");
    if (split < 0) {
      throw broken("it has no empty line before the checkpoint");
    }
    SignedNote note = SignedNote.parse(text.substring(split + 2));
    String[] lines = text.substring(0, split).split("\n", MAX_LINES);
    int at = lines.length > 1 && lines[1].startsWith("extra ") ? 2 : 1;
    if (!lines[0].equals(HEAD) || at >= lines.length || !lines[at].startsWith("index ")) {
      throw broken("it begins with '" + HEAD + "' and an index");
    }
    try {
      long index = Checkpoint.number(lines[at].substring("index ".length()));
      List<Digest> path = new ArrayList<>();
      for (int i = at + 1; i < lines.length; i++) {
        path.add(Checkpoint.hash("a hash", lines[i]));
      }
      long size = Checkpoint.parse(note.text()).size();
      return new TlogProof(new InclusionProof(index, size, path), note);
    } catch (MalformedException | IllegalArgumentException e) {
      throw broken(String.valueOf(e.getMessage()));
    }
  }

  private static DataException broken(String rule) {
    return new DataException("proof", 0, "", "the text is not a proof: " + rule);
  }
}
