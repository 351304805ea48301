package dev.endolith.monitoring.profile;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts the lengths and kinds of texts; the order does not matter. */
final class TextTally {
  /** 2^12 registers: a relative standard error of 0.765 / 2^6 = 1.2 %, in 4 KiB. */
  static final int PRECISION = 12;

  private static final String[] KINDS = {"letters", "digits", "spaces", "signs", "controls"};

  private final long[] lengths = new long[33];
  private final long[] patterns = new long[1 << KINDS.length];
  private final UltraLogLog distinct;
  private long texts;
  private long missing;
  private long sum;
  private int shortest = Integer.MAX_VALUE;
  private int longest;

  TextTally() {
    this(UltraLogLog.create(PRECISION));
  }

  private TextTally(UltraLogLog distinct) {
    this.distinct = distinct;
  }

  void add(@Nullable String text) {
    if (text == null) {
      missing++;
      return;
    }
    int length = text.length();
    texts++;
    sum += length;
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
    lengths[32 - Integer.numberOfLeadingZeros(length)]++;
    int kinds = 0;
    for (int i = 0; i < length; i++) {
      kinds |= 1 << kind(text.charAt(i));
    }
    patterns[kinds]++;
    distinct.add(Hashing.komihash5_0().hashCharsToLong(text));
  }

  private static int kind(char c) {
    if (Character.isLetter(c) || Character.isSurrogate(c)) {
      return 0;
    }
    if (Character.isDigit(c)) {
      return 1;
    }
    if (c == ' ') {
      return 2;
    }
    return Character.isISOControl(c) ? 4 : 3;
  }

  void merge(TextTally other) {
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] += other.lengths[i];
    }
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] += other.patterns[i];
    }
    distinct.add(other.distinct);
    texts += other.texts;
    missing += other.missing;
    sum += other.sum;
    shortest = Math.min(shortest, other.shortest);
    longest = Math.max(longest, other.longest);
  }

  TextStatistics statistics() {
    Map<Integer, Long> byLength = new TreeMap<>();
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] > 0) {
        byLength.put(i == 0 ? 0 : 1 << (i - 1), lengths[i]);
      }
    }
    Map<String, Long> byPattern = new TreeMap<>();
    for (int i = 0; i < patterns.length; i++) {
      if (patterns[i] > 0) {
        byPattern.put(name(i), patterns[i]);
      }
    }
    return new TextStatistics(
        texts,
        missing,
        texts == 0 ? 0 : shortest,
        longest,
        (double) sum / texts,
        byLength,
        byPattern,
        Math.rint(distinct.getDistinctCountEstimate()));
  }

  private static String name(int kinds) {
    StringJoiner names = new StringJoiner(" ");
    for (int i = 0; i < KINDS.length; i++) {
      if ((kinds & (1 << i)) != 0) {
        names.add(KINDS[i]);
      }
    }
    return kinds == 0 ? "empty" : names.toString();
  }

  void write(Varints.Writer out) {
    out.number(texts);
    out.number(missing);
    out.number(sum);
    out.number(shortest);
    out.number(longest);
    for (long count : lengths) {
      out.number(count);
    }
    for (long count : patterns) {
      out.number(count);
    }
    out.block(distinct.getState());
  }

  static TextTally read(Varints.Reader in) {
    long texts = in.count(Long.MAX_VALUE);
    long missing = in.count(Long.MAX_VALUE);
    long sum = in.count(Long.MAX_VALUE);
    int shortest = (int) in.count(Integer.MAX_VALUE);
    int longest = (int) in.count(Integer.MAX_VALUE);
    long[] lengths = new long[33];
    long[] patterns = new long[1 << KINDS.length];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = in.count(Long.MAX_VALUE);
    }
    for (int i = 0; i < patterns.length; i++) {
      patterns[i] = in.count(Long.MAX_VALUE);
    }
    TextTally tally = new TextTally(distinct(in));
    tally.texts = texts;
    tally.missing = missing;
    tally.sum = sum;
    tally.shortest = shortest;
    tally.longest = longest;
    System.arraycopy(lengths, 0, tally.lengths, 0, lengths.length);
    System.arraycopy(patterns, 0, tally.patterns, 0, patterns.length);
    return tally;
  }

  static UltraLogLog distinct(Varints.Reader in) {
    byte[] state = in.block();
    if (state.length != 1 << PRECISION) {
      throw in.broken("the distinct values are counted with another precision");
    }
    return UltraLogLog.wrap(state);
  }
}
