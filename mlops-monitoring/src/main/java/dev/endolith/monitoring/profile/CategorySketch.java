package dev.endolith.monitoring.profile;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One column of categories of a stream: its most frequent words, and how many there are. */
final class CategorySketch {
  /** Up to twice as many distinct words are counted exactly. */
  static final int MOST_HEAVY = 2_048;

  private final HeavyHitters words;
  private final UltraLogLog distinct;
  private long missing;
  private long tooLong;

  CategorySketch() {
    this(new HeavyHitters(MOST_HEAVY), UltraLogLog.create(TextTally.PRECISION));
  }

  private CategorySketch(HeavyHitters words, UltraLogLog distinct) {
    this.words = words;
    this.distinct = distinct;
  }

  void add(@Nullable String word) {
    if (word == null) {
      missing++;
      return;
    }
    distinct.add(Hashing.komihash5_0().hashCharsToLong(word));
    if (word.length() > ReferenceColumn.MAX_CATEGORY_LENGTH) {
      tooLong++; // it could have no bin of its own
    } else {
      words.add(word);
    }
  }

  void merge(CategorySketch other) {
    words.merge(other.words);
    distinct.add(other.distinct);
    missing += other.missing;
    tooLong += other.tooLong;
  }

  ReferenceColumn column(String name, Role role, List<String> known, int most) {
    boolean exact = words.error() == 0 && tooLong == 0;
    Map<@Nullable String, Long> seen = new HashMap<>(words.counts());
    seen.put(null, missing);
    long all = words.total() + tooLong;
    return ReferenceColumn.ofCategories(
        name,
        role,
        known,
        seen,
        most,
        all,
        new ColumnDetails(
            0,
            0,
            exact ? words.held() : Math.rint(distinct.getDistinctCountEstimate()),
            exact ? 0 : 0.765 / (1 << (TextTally.PRECISION / 2)),
            all == 0 ? 0 : (double) words.error() / all));
  }

  void write(Varints.Writer out) {
    out.number(missing);
    out.number(tooLong);
    out.block(words.toBytes());
    out.block(distinct.getState());
  }

  static CategorySketch read(Varints.Reader in) {
    long missing = in.count(Long.MAX_VALUE);
    long tooLong = in.count(Long.MAX_VALUE);
    CategorySketch column =
        new CategorySketch(HeavyHitters.read(in.block()), TextTally.distinct(in));
    column.missing = missing;
    column.tooLong = tooLong;
    return column;
  }
}
