package dev.endolith.serving.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bearer tokens, kept as digests. Immutable. */
final class Tokens {
  private static final String SCHEME = "bearer ";

  private final List<Token> tokens = new ArrayList<>();

  Tokens(Map<String, InferenceRole> roles) {
    roles.forEach((token, role) -> tokens.add(new Token(digest(token), role)));
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** Compares with every token in constant time, so that none is guessed by the clock. */
  Optional<InferenceRole> role(Optional<String> authorization) {
    String header = authorization.orElse("");
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] given = digest(header.substring(SCHEME.length()).strip());
    Optional<InferenceRole> role = Optional.empty();
    for (Token token : tokens) {
      if (MessageDigest.isEqual(given, token.digest())) {
        role = Optional.of(token.role());
      }
    }
    return role;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Token(byte[] digest, InferenceRole role) {}
}
