package dev.endolith.tck;

import java.util.List;

/** Names that no store may accept. */
final class HostileNames {
  static final List<String> ALL =
      List.of(
          "",
          " ",
          ".",
          "..",
          "../etc/passwd",
          "a/b",
          "a\\b",
          "a..b",
          "-a",
          "a-",
          ".a",
          "A",
          "é",
          "a b",
          "a\n",
          "a\u0000b",
          "a'; DROP TABLE version; --",
          "%",
          "con",
          "nul.txt",
          "lpt1",
          "a".repeat(129));

  private HostileNames() {}
}
