package dev.endolith.registry;

import dev.endolith.data.Digest;

/**
 * A named blob of a version. The blob is reached by its digest only.
 *
 * @param name its name within the version
 * @param mediaType what it is, for example {@code application/json}
 * @param size its length in bytes
 * @param digest the digest of its content
 */
public record Attachment(String name, String mediaType, long size, Digest digest) {
  /** The name of the attachment that is the stored model itself. */
  public static final String MODEL = "model";

  /** The name of the attachment that holds recorded {@link dev.endolith.model.Samples}. */
  public static final String SAMPLES = "samples";

  /**
   * Checks the name.
   *
   * @param name its name within the version
   * @param mediaType what it is, for example {@code application/json}
   * @param size its length in bytes
   * @param digest the digest of its content
   * @throws IllegalArgumentException if the name breaks the rule of {@link Names}, or the size is
   *     negative
   */
  public Attachment {
    Names.check("attachment", name);
    if (size < 0) {
      throw new IllegalArgumentException("a size is at least 0, was " + size);
    }
  }
}
