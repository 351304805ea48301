package dev.endolith.registry.signing;

/** What came out of checking a signature. */
public sealed interface Verification {
  /**
   * A trusted key has signed the statement, and may.
   *
   * @param key the key
   * @param statement what it has signed
   */
  record Verified(TrustedKey key, Statement statement) implements Verification {}

  /**
   * Nothing in it may be relied on.
   *
   * @param reason what is wrong, one sentence
   */
  record Refused(String reason) implements Verification {}
}
