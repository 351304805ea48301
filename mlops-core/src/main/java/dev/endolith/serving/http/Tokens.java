package dev.endolith.serving.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bearer tokens, kept as digests. Immutable. */
final class Tokens {
  private static final String SCHEME = "bearer ";
  private static final int NAME_BYTES = 4;

  private final List<Token> tokens = new ArrayList<>();

  Tokens(Map<String, InferenceRole> roles) {
    roles.forEach((token, role) -> tokens.add(Token.of(digest(token), role)));
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  /** Compares with every token in constant time, so that none is guessed by the clock. */
  Optional<Bearer> bearer(Optional<String> authorization) {
    String header = authorization.orElse("");
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] given = digest(header.substring(SCHEME.length()).strip());
    Optional<Bearer> bearer = Optional.empty();
    for (Token token : tokens) {
      if (MessageDigest.isEqual(given, token.digest())) {
        bearer = Optional.of(token.bearer());
      }
    }
    return bearer;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never leaves this class
  private record Token(byte[] digest, Bearer bearer) {
    static Token of(byte[] digest, InferenceRole role) {
      // tells bearers apart in limits and logs, and is of no use to whoever reads it there
      String name = "token-" + HexFormat.of().formatHex(digest, 0, NAME_BYTES);
      return new Token(digest, new Bearer(name, role));
    }
  }

  /**
   * Who showed a token.
   *
   * @param name of the token, which it does not tell
   * @param role what the bearer may do
   */
  record Bearer(String name, InferenceRole role) {}
}
