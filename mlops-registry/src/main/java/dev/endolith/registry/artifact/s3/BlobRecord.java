package dev.endolith.registry.artifact.s3;

import dev.endolith.data.Digest;
import dev.endolith.error.IntegrityException;
import java.time.Instant;
import java.util.UUID;

/**
 * What is stored under a digest: where the content is, and whether it is needed.
 *
 * @param state whether it is needed
 * @param data the name of the object with the content; never used again for other content
 * @param size the length of the content
 * @param neededAt when it was last needed, for a record that is not live
 * @param writer what no other record has: without it two writes would have one entity tag
 */
record BlobRecord(State state, String data, long size, Instant neededAt, String writer) {
  /** The states of a blob; LIVE and ASIDE follow each other, GONE is followed by LIVE only. */
  enum State {
    LIVE,
    ASIDE,
    GONE
  }

  static BlobRecord live(String data, long size) {
    return new BlobRecord(State.LIVE, data, size, Instant.EPOCH, UUID.randomUUID().toString());
  }

  BlobRecord becomes(State next, Instant needed) {
    return new BlobRecord(next, data, size, needed, UUID.randomUUID().toString());
  }

  String text() {
    return String.join(
        " ", "1", state.name(), data, Long.toString(size), neededAt.toString(), writer);
  }

  static BlobRecord parse(Digest digest, String text) {
    String[] fields = text.split(" ", -1);
    try {
      if (fields.length == 6 && fields[0].equals("1")) {
        return new BlobRecord(
            State.valueOf(fields[1]),
            UUID.fromString(fields[2]).toString(),
            Long.parseLong(fields[3]),
            Instant.parse(fields[4]),
            fields[5]);
      }
    } catch (RuntimeException e) {
      // refused below, without its text
    }
    throw new IntegrityException(
        digest.hex(),
        "the record of blob " + digest + " is damaged; restore it from a backup of the bucket");
  }
}
