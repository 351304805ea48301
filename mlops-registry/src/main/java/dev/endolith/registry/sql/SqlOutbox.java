package dev.endolith.registry.sql;

import dev.endolith.query.Page;
import dev.endolith.registry.EventJson;
import dev.endolith.registry.Outbox;
import java.util.List;
import java.util.Locale;

/** Events in SQL. */
final class SqlOutbox implements Outbox {
  private static final int DIGITS = 19;

  private final SqlDatabase database;

  SqlOutbox(SqlDatabase database) {
    this.database = database;
  }

  @Override
  public List<Entry> after(String position, int limit) {
    return database.read(
        "read outbox",
        handle ->
            handle
                .createQuery(database.dialect().outboxAfter())
                .bind("high", high(position))
                .bind("low", low(position))
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Entry(
                            String.format(
                                Locale.ROOT, "%019d%019d", row.getLong("high"), row.getLong("low")),
                            EventJson.read(row.getString("event"))))
                .list());
  }

  @Override
  public void forget(String position) {
    database.write(
        "forget events",
        List.of("outbox"),
        handle ->
            handle
                .createUpdate(database.dialect().outboxForget())
                .bind("high", high(position))
                .bind("low", low(position))
                .execute());
  }

  private static long high(String position) {
    return position.isEmpty() ? 0 : number(position, 0);
  }

  private static long low(String position) {
    return position.isEmpty() ? 0 : number(position, DIGITS);
  }

  /** Of 19 digits that no number is too large for, or no entry gave the position. */
  private static long number(String position, int from) {
    if (position.length() != 2 * DIGITS
        || !position.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
      throw Page.badPosition();
    }
    try {
      return Long.parseLong(position.substring(from, from + DIGITS));
    } catch (NumberFormatException e) {
      throw Page.badPosition();
    }
  }
}
