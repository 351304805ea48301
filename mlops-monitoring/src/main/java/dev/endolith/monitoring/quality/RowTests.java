package dev.endolith.monitoring.quality;

import com.google.re2j.Pattern;
import dev.endolith.data.Features;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes tests of rows out of rules. */
final class RowTests {
  private RowTests() {}

  /**
   * A rule bound to rows.
   *
   * @param broken tells whether a row breaks it
   * @param problem why it cannot be asked of these rows, empty if it can
   */
  record Bound<X>(Predicate<X> broken, String problem) {
    static <X> Bound<X> impossible(String problem) {
      return new Bound<>(x -> false, problem);
    }
  }

  static <X> Bound<X> bind(RowCheck check, Features<X> features, QualityContext context) {
    List<ColumnReader<X>> columns = new ArrayList<>();
    for (String name : check.columns()) {
      ColumnReader<X> column = ColumnReader.of(features, name);
      if (column == null) {
        return Bound.impossible("the rows lack the column " + name);
      }
      columns.add(column);
    }
    ColumnReader<X> first = columns.get(0);
    if (check instanceof RowCheck.Present) {
      return new Bound<>(first::missing, "");
    } else if (check instanceof RowCheck.Range range) {
      return numbers(columns, x -> outside(first.number(x), range.min(), range.max()));
    } else if (check instanceof RowCheck.Whole) {
      return numbers(columns, x -> fractional(first.number(x)));
    } else if (check instanceof RowCheck.OneOf oneOf) {
      Set<String> values = new HashSet<>(oneOf.values());
      return new Bound<>(x -> strange(first.word(x), values), "");
    } else if (check instanceof RowCheck.Known known) {
      Predicate<String> holds = context.known(known.set());
      return new Bound<>(
          x -> {
            String word = first.word(x);
            return word != null && !holds.test(word);
          },
          "");
    } else if (check instanceof RowCheck.Length length) {
      return words(columns, x -> misfit(first.text(x), length));
    } else if (check instanceof RowCheck.Matches matches) {
      Pattern pattern = matches.compiled();
      return words(columns, x -> mismatch(first.text(x), pattern));
    } else if (check instanceof RowCheck.Compare compare) {
      return compare(compare, first, columns.get(1));
    } else if (check instanceof RowCheck.Sum sum) {
      return numbers(columns, x -> unequal(columns, sum, x));
    } else if (check instanceof RowCheck.When when) {
      Bound<X> then = bind(when.then(), features, context);
      ColumnReader<X> which = columns.get(columns.size() - 1);
      Set<String> values = new HashSet<>(when.values());
      return new Bound<>(
          x -> {
            String word = which.word(x);
            return word != null && values.contains(word) && then.broken.test(x);
          },
          then.problem);
    }
    throw new IllegalStateException("a rule without a test: " + check.text());
  }

  private static <X> Bound<X> numbers(List<ColumnReader<X>> columns, Predicate<X> broken) {
    return columns.stream().allMatch(ColumnReader::numeric)
        ? new Bound<>(broken, "")
        : Bound.impossible("a column does not hold numbers");
  }

  private static <X> Bound<X> words(List<ColumnReader<X>> columns, Predicate<X> broken) {
    return columns.stream().noneMatch(ColumnReader::numeric)
        ? new Bound<>(broken, "")
        : Bound.impossible("a column does not hold texts");
  }

  private static boolean outside(double value, double min, double max) {
    return value < min || value > max; // false for NaN
  }

  private static boolean fractional(double value) {
    return (!Double.isNaN(value) && value != Math.rint(value)) || Double.isInfinite(value);
  }

  private static boolean strange(@Nullable String word, Set<String> values) {
    return word != null && !values.contains(word);
  }

  private static boolean misfit(@Nullable String text, RowCheck.Length length) {
    if (text == null) {
      return false;
    }
    int characters = text.codePointCount(0, text.length());
    return characters < length.min() || characters > length.max();
  }

  private static boolean mismatch(@Nullable String text, Pattern pattern) {
    return text != null
        && (text.length() > RowCheck.Matches.MOST_CHARACTERS || !pattern.matches(text));
  }

  private static <X> Bound<X> compare(
      RowCheck.Compare check, ColumnReader<X> left, ColumnReader<X> right) {
    if (left.numeric() != right.numeric()) {
      return Bound.impossible("one column holds numbers, the other texts");
    }
    if (left.numeric()) {
      return new Bound<>(
          x -> {
            double a = left.number(x);
            double b = right.number(x);
            return !Double.isNaN(a)
                && !Double.isNaN(b)
                && !check.comparison().holds(Double.compare(a + 0.0, b + 0.0));
          },
          "");
    }
    return new Bound<>(
        x -> {
          String a = left.text(x);
          String b = right.text(x);
          return a != null && b != null && !check.comparison().holds(a.compareTo(b));
        },
        "");
  }

  private static <X> boolean unequal(List<ColumnReader<X>> columns, RowCheck.Sum check, X x) {
    double sum = 0;
    for (int i = 0; i < columns.size() - 1; i++) {
      sum += columns.get(i).number(x);
    }
    double total = columns.get(columns.size() - 1).number(x);
    // doubles add up to the last bits only
    double slack = Math.max(check.tolerance(), 4 * columns.size() * Math.ulp(total));
    double difference = Math.abs(sum - total);
    boolean missing = Double.isNaN(total) || columns.stream().anyMatch(c -> c.missing(x));
    return !missing && sum != total && !(difference <= slack);
  }
}
