package dev.endolith.monitoring;

import dev.endolith.data.Field;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A fair sample of the rows of a window, for explanations: those whose place in the log has the
 * least hash, so that it depends on the rows alone and a session can go on with it. Only public
 * fields are kept. Mutable, confined to one thread.
 */
final class RowSample {
  /** So many rows at most. */
  static final int MOST = 200;

  /** With fewer rows nothing is said of pairs of columns. */
  static final int LEAST = 50;

  private static final int MOST_VALUES = 20_000;
  private static final int MOST_CHARACTERS = 4_000;

  private final TreeMap<Long, Kept> kept = new TreeMap<>(); // by hash

  /** A row: its values as texts in the order of its schema, null where one is missing. */
  record Kept(long sequence, List<@Nullable String> values) {}

  /** What is saved: the fields, so that another schema is noticed, and the rows. */
  record Saved(List<String> fields, List<Kept> rows) {}

  static RowSample of(@Nullable Saved saved, Schema schema) {
    RowSample sample = new RowSample();
    if (saved != null && saved.fields().equals(fields(schema))) {
      saved.rows().forEach(row -> sample.kept.put(hash(row.sequence()), row));
    }
    return sample;
  }

  Saved saved(Schema schema) {
    return new Saved(kept.isEmpty() ? List.of() : fields(schema), List.copyOf(kept.values()));
  }

  private static List<String> fields(Schema schema) {
    return schema.fields().stream().map(field -> field.type() + " " + field.name()).toList();
  }

  /** SplitMix64's finisher: distinct places have distinct hashes. */
  private static long hash(long sequence) {
    long z = sequence + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Takes a row into account; most are not copied. */
  void add(long sequence, Row row) {
    int most = Math.max(LEAST, Math.min(MOST, MOST_VALUES / Math.max(1, row.schema().size())));
    long hash = hash(sequence);
    if (kept.size() >= most && hash > kept.lastKey()) {
      return;
    }
    List<@Nullable String> values = copy(row);
    if (values.isEmpty()) {
      return;
    }
    kept.put(hash, new Kept(sequence, values));
    if (kept.size() > most) {
      kept.pollLastEntry();
    }
  }

  /** Empty for a row of a great deal of text. */
  private static List<@Nullable String> copy(Row row) {
    Schema schema = row.schema();
    List<@Nullable String> values = new ArrayList<>(schema.size());
    long characters = -20L * schema.size();
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      String value = null;
      if (field.sensitivity() == Sensitivity.PUBLIC && !row.isMissing(i)) {
        value = field.type().numeric() ? Double.toString(row.number(i)) : row.category(i);
      }
      characters += value == null ? 0 : value.length();
      values.add(value);
    }
    return characters > MOST_CHARACTERS ? List.of() : values;
  }

  int size() {
    return kept.size();
  }

  void clear() {
    kept.clear();
  }

  /** The rows; what is not public is missing. */
  List<Row> rows(Schema schema) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<Long, Kept> entry : kept.entrySet()) {
      double[] numbers = new double[schema.size()];
      @Nullable String[] categories = new String[schema.size()];
      for (int i = 0; i < numbers.length; i++) {
        String value = entry.getValue().values().get(i);
        boolean numeric = schema.field(i).type().numeric();
        numbers[i] = numeric && value != null ? Double.parseDouble(value) : Double.NaN;
        categories[i] = numeric ? null : value;
      }
      rows.add(Row.of(schema, numbers, categories));
    }
    return rows;
  }
}
