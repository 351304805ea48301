package dev.endolith.registry.sql;

import dev.endolith.data.Digest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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

  private final SqlDatabase database;

  Mentions(SqlDatabase database) {
    this.database = database;
  }

  /** All that are mentioned; some may be digests of other things than blobs. */
  Set<Digest> all() {
    return find(digest -> true);
  }

  /** Those that are mentioned. */
  Set<Digest> among(Set<Digest> candidates) {
    return find(candidates::contains);
  }

  private Set<Digest> find(Predicate<Digest> wanted) {
    // PostgreSQL gives rows bit by bit only within a transaction
    return database.read(
        "look for blobs",
        handle ->
            database.dialect() == Dialect.POSTGRESQL
                ? handle.inTransaction(transaction -> find(transaction, wanted))
                : find(handle, wanted));
  }

  private static Set<Digest> find(Handle handle, Predicate<Digest> wanted) {
    Set<Digest> found = new HashSet<>();
    for (String sql : TEXTS) {
      try (Stream<String> texts =
          handle.createQuery(sql).setFetchSize(FETCH).mapTo(String.class).stream()) {
        texts.forEach(
            text -> {
              Matcher digests = DIGEST.matcher(text);
              while (digests.find()) {
                Digest digest = new Digest(digests.group());
                if (wanted.test(digest)) {
                  found.add(digest);
                }
              }
            });
      }
    }
    return found;
  }
}
