package dev.endolith.registry.sql;

import dev.endolith.data.Digest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/*
 * Looks for digests in every text that could hold one, whatever it means there: a blob that a row
 * mentions by chance is kept, and one that a newer program refers to in a way unknown here is too.
 */
final class Mentions {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int FETCH = 1_000;

  private static final List<String> TEXTS =
      List.of(
          "SELECT facts FROM endolith_version",
          "SELECT status FROM endolith_version WHERE status IS NOT NULL",
          "SELECT facts FROM endolith_run",
          "SELECT value FROM endolith_journal",
          "SELECT json FROM endolith_document");

  private final Set<Digest> candidates;
  private final Set<Digest> found = new HashSet<>();

  Mentions(Set<Digest> candidates) {
    this.candidates = candidates;
  }

  Set<Digest> in(SqlDatabase database) {
    // PostgreSQL gives rows bit by bit only within a transaction
    return database.read(
        "look for blobs",
        handle ->
            database.dialect() == Dialect.POSTGRESQL ? handle.inTransaction(this::in) : in(handle));
  }

  private Set<Digest> in(Handle handle) {
    for (String sql : TEXTS) {
      try (Stream<String> texts =
          handle.createQuery(sql).setFetchSize(FETCH).mapTo(String.class).stream()) {
        texts.forEach(this::look);
      }
    }
    return found;
  }

  private void look(String text) {
    Matcher digests = DIGEST.matcher(text);
    while (digests.find()) {
      Digest digest = new Digest(digests.group());
      if (candidates.contains(digest)) {
        found.add(digest);
      }
    }
  }
}
