package dev.endolith.monitoring.profile;

import dev.endolith.data.Features;
import dev.endolith.data.Field;
import dev.endolith.data.FieldType;
import dev.endolith.data.Schema;
import dev.endolith.data.Sensitivity;
import dev.endolith.error.DataException;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link ReferenceProfile} of more rows than can be held, in one pass. Columns of up to 512
 * distinct numbers or 4 096 distinct words come out exactly; of others the edges and counts are
 * estimates, whose error the column states ({@link ColumnDetails#rankError()}) and drift decisions
 * allow for. Where the rows can be read a second time, {@link ReferenceProfile#recounted} makes the
 * counts exact.
 *
 * <pre>{@code
 * StreamedProfile<Contact> profile = StreamedProfile.of(Features.of(Contact.class), 42);
 * rows.forEach(profile::add);
 * ReferenceProfile reference = profile.build();
 * }</pre>
 *
 * <p>Parts that were profiled apart can be {@link #merge merged}, also from {@link #toBytes bytes}.
 * Memory is some 90 KiB per numeric column, and per column of words 4 096 of them. Mutable,
 * confined to one thread.
 *
 * @param <X> the row
 */
public final class StreamedProfile<X> {
  private static final int FORMAT = 1;

  private final Features<X> features;
  private final Schema schema;
  private final Map<String, String> leftOut = new TreeMap<>();
  private final @Nullable NumberSketch[] numbers;
  private final @Nullable CategorySketch[] categories;
  private final @Nullable TextTally[] texts;
  private final int[] correlated;
  private final double[] row;
  private final CoMoments moments;
  private long rows;

  private StreamedProfile(Features<X> features, long seed) {
    this.features = features;
    this.schema = features.schema();
    this.numbers = new NumberSketch[schema.size()];
    this.categories = new CategorySketch[schema.size()];
    this.texts = new TextTally[schema.size()];
    int[] first = new int[Correlations.MOST_COLUMNS];
    int used = 0;
    for (int i = 0; i < schema.size(); i++) {
      Field field = schema.field(i);
      String reason = reasonToLeaveOut(field);
      if (reason != null) {
        leftOut.put(field.name(), reason);
      }
      if (field.sensitivity() == Sensitivity.PUBLIC && field.type() == FieldType.TEXT) {
        texts[i] = new TextTally();
      } else if (reason == null && field.type().numeric()) {
        // seeds apart, so that two equal columns do not err alike
        numbers[i] = new NumberSketch(QuantileSketch.DEFAULT_SIZE, seed + i * 0x632BE59BD9B4E019L);
        if (used < first.length) {
          first[used++] = i;
        }
      } else if (reason == null) {
        categories[i] = new CategorySketch();
      }
    }
    this.correlated = Arrays.copyOf(first, used);
    this.row = new double[used];
    this.moments = new CoMoments(used);
  }

  /**
   * A profile of no rows.
   *
   * @param features how rows become features
   * @param seed of the sketches' coins: the same rows in the same order give the same profile
   * @param <X> the row
   * @return the profile
   */
  public static <X> StreamedProfile<X> of(Features<X> features, long seed) {
    return new StreamedProfile<>(features, seed);
  }

  /** Why a field has no column; null if it has one. */
  static @Nullable String reasonToLeaveOut(Field field) {
    if (field.sensitivity() != Sensitivity.PUBLIC) {
      return "not public";
    }
    if (field.type() == FieldType.DATE || field.type() == FieldType.TIMESTAMP) {
      return "moves on with time";
    }
    return field.type() == FieldType.TEXT ? "free text" : null;
  }

  /**
   * Adds a row.
   *
   * @param x the row
   */
  public void add(X x) {
    rows++;
    int next = 0;
    for (int i = 0; i < numbers.length; i++) {
      NumberSketch number = numbers[i];
      if (number != null) {
        double value = features.number(x, i);
        number.add(value);
        if (next < row.length) {
          row[next++] = value;
        }
        continue;
      }
      CategorySketch category = categories[i];
      TextTally text = texts[i];
      if (category != null) {
        category.add(features.category(x, i));
      } else if (text != null) {
        text.add(features.category(x, i));
      }
    }
    moments.add(row);
  }

  /**
   * Adds the rows of another profile, which stays as it is.
   *
   * @param other a profile of rows of the same schema
   * @throws IllegalArgumentException if {@code other} has another schema, or is this one
   */
  public void merge(StreamedProfile<?> other) {
    if (other == this || !schema.equals(other.schema)) {
      throw new IllegalArgumentException(
          "profiles to be merged must be two of the same schema, are of "
              + schema.digest().abbreviated()
              + " and "
              + other.schema.digest().abbreviated());
    }
    rows += other.rows;
    moments.merge(other.moments);
    for (int i = 0; i < numbers.length; i++) {
      NumberSketch number = numbers[i];
      CategorySketch category = categories[i];
      TextTally text = texts[i];
      if (number != null && other.numbers[i] != null) {
        number.merge(other.numbers[i]);
      }
      if (category != null && other.categories[i] != null) {
        category.merge(other.categories[i]);
      }
      if (text != null && other.texts[i] != null) {
        text.merge(other.texts[i]);
      }
    }
  }

  /**
   * How many rows were added.
   *
   * @return the number of rows
   */
  public long rows() {
    return rows;
  }

  /**
   * The profile of the rows so far; more may be added after it.
   *
   * @return the profile, of features only
   */
  public ReferenceProfile build() {
    return build(List.of(), null);
  }

  /**
   * The profile of the rows so far, and of how a model scores and errs: what {@link
   * ReferenceProfile#of(dev.endolith.data.Dataset, dev.endolith.data.Dataset,
   * dev.endolith.model.Predictor)} makes of rows that can be held.
   *
   * @param answers the model's answers to rows held out, so far
   * @return the profile
   */
  public ReferenceProfile build(StreamedAnswers<X, ?> answers) {
    return build(answers.columns(), answers.errors());
  }

  private ReferenceProfile build(List<ReferenceColumn> ofModel, @Nullable ErrorProfile errors) {
    List<ReferenceColumn> columns = new ArrayList<>();
    Map<String, TextStatistics> statistics = new TreeMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      Field field = schema.field(i);
      NumberSketch number = numbers[i];
      CategorySketch category = categories[i];
      TextTally text = texts[i];
      if (number != null) {
        columns.add(number.column(field.name(), Role.FEATURE, ReferenceProfile.MOST_BINS));
        if (names.size() < correlated.length) {
          names.add(field.name());
        }
      } else if (category != null) {
        columns.add(
            category.column(
                field.name(), Role.FEATURE, field.values(), ReferenceProfile.MOST_CATEGORIES));
      } else if (text != null) {
        statistics.put(field.name(), text.statistics());
      }
    }
    columns.addAll(ofModel);
    return new ReferenceProfile(
        ReferenceProfile.FORMAT,
        rows,
        columns,
        leftOut,
        errors,
        statistics,
        moments.correlations(names));
  }

  /**
   * The bytes of the arrays that a numeric column holds.
   *
   * @param column the field's position
   * @return the number of bytes; 0 for other columns
   */
  public long memory(int column) {
    NumberSketch number = numbers[column];
    return number == null ? 0 : number.memory();
  }

  /**
   * What was counted, as bytes, for a merge elsewhere.
   *
   * @return the bytes
   */
  public byte[] toBytes() {
    Varints.Writer out = new Varints.Writer();
    out.number(FORMAT);
    out.text(schema.digest().hex());
    out.number(rows);
    moments.write(out);
    for (int i = 0; i < numbers.length; i++) {
      NumberSketch number = numbers[i];
      CategorySketch category = categories[i];
      TextTally text = texts[i];
      if (number != null) {
        number.write(out);
      } else if (category != null) {
        category.write(out);
      } else if (text != null) {
        text.write(out);
      }
    }
    return out.bytes();
  }

  /**
   * Reads what {@link #toBytes()} wrote.
   *
   * @param features how the rows became features
   * @param bytes the bytes
   * @param <X> the row
   * @return the profile
   * @throws DataException if they are not a profile of rows of that schema
   */
  public static <X> StreamedProfile<X> read(Features<X> features, byte[] bytes) {
    Varints.Reader in = new Varints.Reader("a streamed profile", bytes);
    if (in.number() != FORMAT || !in.text().equals(features.schema().digest().hex())) {
      throw in.broken("they must be of format " + FORMAT + " and of the features' schema");
    }
    StreamedProfile<X> profile = new StreamedProfile<>(features, 0);
    profile.rows = in.count(Long.MAX_VALUE);
    profile.moments.read(in);
    for (int i = 0; i < profile.numbers.length; i++) {
      if (profile.numbers[i] != null) {
        profile.numbers[i] = NumberSketch.read(in);
      } else if (profile.categories[i] != null) {
        profile.categories[i] = CategorySketch.read(in);
      } else if (profile.texts[i] != null) {
        profile.texts[i] = TextTally.read(in);
      }
    }
    in.end();
    return profile;
  }
}
