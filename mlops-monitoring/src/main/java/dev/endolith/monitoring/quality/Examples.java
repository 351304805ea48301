package dev.endolith.monitoring.quality;

import dev.endolith.data.Features;
import dev.endolith.data.Schema;
import dev.endolith.privacy.PrivacyPolicy;
import java.util.ArrayList;
import java.util.List;

/** The first rows that break a rule, with the values that may be seen. */
final class Examples<X> {
  private static final int MOST_CHARACTERS = 80;

  private final Features<X> features;
  private final PrivacyPolicy privacy;
  private final List<String> columns;
  private final int most;
  private final List<BrokenRow> rows = new ArrayList<>();

  Examples(Features<X> features, PrivacyPolicy privacy, List<String> columns, int most) {
    this.features = features;
    this.privacy = privacy;
    this.columns = columns.stream().distinct().toList();
    this.most = most;
  }

  void add(X x, long row) {
    if (rows.size() >= most) {
      return;
    }
    Schema schema = features.schema();
    List<String> values = new ArrayList<>();
    for (String name : columns) {
      ColumnReader<X> column = ColumnReader.of(features, name);
      if (column != null) {
        String word = column.word(x);
        values.add(
            privacy.keeps(schema, column.position())
                ? name + " = " + (word == null ? "missing" : shortened(word))
                : name + " is hidden");
      }
    }
    rows.add(new BrokenRow(row, values));
  }

  /** A row whose values are no longer at hand. */
  void addUnseen(long row, int position) {
    if (rows.size() < most) {
      rows.add(new BrokenRow(row, List.of(features.schema().field(position).name())));
    }
  }

  List<BrokenRow> shown() {
    return rows;
  }

  private static String shortened(String value) {
    if (value.length() <= MOST_CHARACTERS) {
      return value;
    }
    int end =
        Character.isHighSurrogate(value.charAt(MOST_CHARACTERS - 1))
            ? MOST_CHARACTERS - 1
            : MOST_CHARACTERS;
    return value.substring(0, end) + "…";
  }
}
