package dev.endolith.monitoring.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Drift of texts: what they are about, how long they are, and how many of their words are new.
 *
 * <p>Texts become vectors of their overlapping runs of three characters, lower-cased and hashed
 * into 256 places with a sign (K. Weinberger et al., ICML 2009), square roots of counts, length 1:
 * no language, no dictionary, no model. They are compared by a {@link MultivariateTest}, {@link
 * EmbeddingDrift} by default. Lengths, in characters, are compared by {@link KolmogorovSmirnov}.
 * Out of vocabulary is the share of a text's words that do not occur in a random half of the
 * reference's texts, compared between the other half and the current ones by {@link BrunnerMunzel}:
 * with the words of the whole reference its own texts would have none that are new.
 *
 * <p>An empty text is a text; null is missing, left out and counted. Costs the hashing of all
 * characters and the tests. Chance comes from the seed. Immutable and thread-safe.
 */
public final class TextDrift {
  private static final int PLACES = 256;
  private static final int RUN = 3;
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  private final MultivariateTest content;
  private final long seed;

  private TextDrift(MultivariateTest content, long seed) {
    this.content = content;
    this.seed = seed;
  }

  /**
   * What was found.
   *
   * @param content the runs of characters
   * @param length the lengths in characters
   * @param outOfVocabulary the shares of words that are new; effect size above ½ if there are more
   * @param pValue three times the least of the three p-values (Bonferroni), at most 1; NaN without
   *     enough data
   */
  public record Findings(
      TestResult content, TestResult length, TestResult outOfVocabulary, double pValue) {}

  /**
   * Returns the comparison with the defaults.
   *
   * @return the comparison
   */
  public static TextDrift create() {
    return new TextDrift(EmbeddingDrift.create(), 0);
  }

  /**
   * Returns a comparison of contents by another test.
   *
   * @param test given rows of 256 numbers
   * @return the comparison
   */
  public TextDrift contentBy(MultivariateTest test) {
    return new TextDrift(test, seed);
  }

  /**
   * Returns a comparison with another seed.
   *
   * @param seed which half of the reference makes the vocabulary
   * @return the comparison
   */
  public TextDrift withSeed(long seed) {
    return new TextDrift(content, seed);
  }

  /**
   * Compares texts.
   *
   * @param reference the texts that say how it should be; null is missing
   * @param current the texts that are judged; null is missing
   * @return what was found
   */
  public Findings compare(List<@Nullable String> reference, List<@Nullable String> current) {
    List<String> before = present(reference);
    List<String> now = present(current);
    long missing = (long) reference.size() - before.size();
    long missingNow = (long) current.size() - now.size();
    TestResult contents =
        content.compare(
            before.stream().map(TextDrift::vector).toArray(double[][]::new),
            now.stream().map(TextDrift::vector).toArray(double[][]::new));
    TestResult lengths = KolmogorovSmirnov.create().compare(lengths(before), lengths(now));
    int[] order = RowPair.shuffled(before.size(), new SplittableRandom(seed));
    Set<String> vocabulary = new HashSet<>();
    double[] unknown = new double[before.size() - before.size() / 2];
    for (int i = 0; i < order.length; i++) {
      if (i < before.size() / 2) {
        vocabulary.addAll(words(before.get(order[i])));
      }
    }
    Arrays.setAll(unknown, i -> unknown(before.get(order[before.size() / 2 + i]), vocabulary));
    TestResult outOfVocabulary =
        BrunnerMunzel.create()
            .compare(
                unknown, now.stream().mapToDouble(text -> unknown(text, vocabulary)).toArray());
    double least =
        Arrays.stream(new TestResult[] {contents, lengths, outOfVocabulary})
            .mapToDouble(TestResult::pValue)
            .filter(p -> !Double.isNaN(p))
            .min()
            .orElse(Double.NaN);
    return new Findings(
        contents.missing(missing, missingNow),
        lengths.missing(missing, missingNow),
        outOfVocabulary.missing(missing, missingNow),
        Double.isNaN(least) ? least : Math.min(1, 3 * least));
  }

  private static List<String> present(List<@Nullable String> texts) {
    List<String> present = new ArrayList<>();
    for (String text : texts) {
      if (text != null) {
        present.add(text);
      }
    }
    return present;
  }

  private static double[] lengths(List<String> texts) {
    return texts.stream().mapToDouble(text -> text.codePointCount(0, text.length())).toArray();
  }

  private static List<String> words(String text) {
    return BETWEEN_WORDS
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static double unknown(String text, Set<String> vocabulary) {
    List<String> words = words(text);
    long unknown = words.stream().filter(word -> !vocabulary.contains(word)).count();
    return words.isEmpty() ? 0 : (double) unknown / words.size();
  }

  static double[] vector(String text) {
    double[] counts = new double[PLACES];
    int[] points = (" " + text.toLowerCase(Locale.ROOT) + " ").codePoints().toArray();
    for (int i = 0; i + RUN <= points.length; i++) {
      int hash = 0;
      for (int k = 0; k < RUN; k++) {
        hash = (hash ^ points[i + k]) * 0x01000193; // FNV-1a's prime
      }
      hash ^= hash >>> 15;
      hash *= 0x85ebca6b; // MurmurHash3's finaliser
      hash ^= hash >>> 13;
      counts[hash & PLACES - 1] += (hash & PLACES) == 0 ? 1 : -1;
    }
    double squares = 0;
    for (int k = 0; k < PLACES; k++) {
      squares += Math.abs(counts[k]);
      counts[k] = Math.signum(counts[k]) * Math.sqrt(Math.abs(counts[k]));
    }
    double length = Math.sqrt(squares);
    return squares == 0 ? counts : Arrays.stream(counts).map(v -> v / length).toArray();
  }
}
