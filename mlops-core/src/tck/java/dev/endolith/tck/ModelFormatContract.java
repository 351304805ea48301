package dev.endolith.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.endolith.data.Task;
import dev.endolith.error.ArtifactRefusedException;
import dev.endolith.error.EndolithException;
import dev.endolith.error.SchemaMismatchException;
import dev.endolith.model.ModelFormat;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ModelFormat} keeps to. Extend it and give a stored model, its task and some
 * rows.
 *
 * @param <X> what the model is asked
 * @param <Y> what it answers
 */
public abstract class ModelFormatContract<X, Y> {
  private static final int THREADS = 4;
  private static final int ROUNDS = 50;
  private static final int MUTATIONS = 500;

  /** For subclasses. */
  protected ModelFormatContract() {}

  /**
   * The format.
   *
   * @return a new one each time
   */
  protected abstract ModelFormat format();

  /**
   * A stored model.
   *
   * @return its bytes, the same each time
   */
  protected abstract byte[] content();

  /**
   * The task that the model answers.
   *
   * @return the task
   */
  protected abstract Task<X, Y> task();

  /**
   * A task that it cannot answer: of another kind, or with other labels.
   *
   * @return the task
   */
  protected abstract Task<?, ?> otherTask();

  /**
   * Rows to ask, at least two of which have different answers.
   *
   * @return the rows
   */
  protected abstract List<X> rows();

  private List<Prediction<Y>> answers(Predictor<X, Y> model) {
    List<Prediction<Y>> answers = new ArrayList<>();
    rows().forEach(row -> answers.add(model.predict(row)));
    return answers;
  }

  private Predictor<X, Y> load() {
    return format().load(content(), task());
  }

  @Test
  @DisplayName("A format has one name, of letters, digits, '.', '_' and '-'.")
  void name_isPlainAndConstant() {
    assertThat(format().name()).matches("[A-Za-z0-9._-]{1,128}").isEqualTo(format().name());
  }

  @Test
  @DisplayName("Loading the same bytes again gives the same answers.")
  void load_twice_answersTheSame() {
    try (Predictor<X, Y> first = load();
        Predictor<X, Y> second = load()) {
      assertThat(answers(first)).doesNotContainNull().isEqualTo(answers(second));
      assertThat(answers(first).stream().distinct().count()).isGreaterThan(1);
    }
  }

  @Test
  @DisplayName("A loaded model does not change the bytes, and does not change with them.")
  void load_bytesChangedLater_answersTheSame() {
    byte[] bytes = content();
    byte[] before = bytes.clone();
    try (Predictor<X, Y> model = format().load(bytes, task())) {
      List<Prediction<Y>> expected = answers(model);
      assertThat(bytes).isEqualTo(before);
      Arrays.fill(bytes, (byte) 0);
      assertThat(answers(model)).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName(
      "A batch is answered in row order, as many rows as were asked; an empty one by none.")
  void predictAll_rows_answersEachInOrder() {
    try (Predictor<X, Y> model = load()) {
      List<Prediction<Y>> batch = model.predictAll(rows());
      assertThat(batch).hasSize(rows().size());
      List<Prediction<Y>> each = answers(model);
      for (int i = 0; i < batch.size(); i++) {
        assertThat(batch.get(i).value()).isEqualTo(each.get(i).value());
      }
      assertThat(model.predictAll(List.of())).isEmpty();
    }
  }

  @Test
  @DisplayName("A model says how it computes: translated, or why not.")
  void execution_isSaid() {
    try (Predictor<X, Y> model = load()) {
      assertThat(model.execution().compiled() || !model.execution().reason().isEmpty()).isTrue();
    }
  }

  @Test
  @DisplayName("Many threads may ask at once, and each gets the answer to its own row.")
  void predict_manyThreads_answersAsOne() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Predictor<X, Y> model = load()) {
      List<Prediction<Y>> expected = answers(model);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        done.add(
            threads.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < ROUNDS; i++) {
                    assertThat(answers(model)).isEqualTo(expected);
                  }
                  return null;
                }));
      }
      start.countDown();
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @DisplayName("Closing one model leaves another of the same bytes alone, and may be done twice.")
  void close_oneOfTwo_theOtherAnswers() {
    ModelFormat format = format();
    Predictor<X, Y> first = format.load(content(), task());
    try (Predictor<X, Y> second = format.load(content(), task())) {
      List<Prediction<Y>> expected = answers(first);
      first.close();
      assertThatCode(first::close).doesNotThrowAnyException();
      assertThat(answers(second)).isEqualTo(expected);
    }
    try (Predictor<X, Y> again = format.load(content(), task())) {
      assertThat(answers(again)).doesNotContainNull();
    }
  }

  @Test
  @DisplayName("A task that the model cannot answer is refused when it is loaded.")
  void load_otherTask_isRefused() {
    assertThatThrownBy(() -> format().load(content(), otherTask()))
        .isInstanceOfAny(SchemaMismatchException.class, ArtifactRefusedException.class);
  }

  @Test
  @DisplayName("Content that runs code when it is read is refused before it is read.")
  void load_serializedObjects_areRefused() throws IOException {
    ByteArrayOutputStream java = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(java)) {
      out.writeObject(new ArrayList<>(List.of("a")));
    }
    for (byte[] hostile :
        List.of(
            java.toByteArray(),
            "\u0080\u0004\u008c\u0005posix\u0094.".getBytes(StandardCharsets.ISO_8859_1),
            "cos\nsystem\n(S'true'\ntR.".getBytes(StandardCharsets.ISO_8859_1))) {
      assertThatThrownBy(() -> format().load(hostile, task()))
          .isInstanceOf(ArtifactRefusedException.class);
    }
  }

  @Test
  @DisplayName("Broken content is refused with a typed error, or answers; nothing else escapes.")
  void load_brokenContent_isRefused() {
    long seed = Long.getLong("endolith.seed", 13);
    Random random = new Random(seed);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] broken = content();
      for (int c = 0; c < 3 && broken.length > 0; c++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      byte[] cut =
          random.nextInt(3) == 0
              ? Arrays.copyOf(broken, random.nextInt(broken.length + 1))
              : broken;
      assertThatCode(
              () -> {
                try (Predictor<X, Y> model = format().load(cut, task())) {
                  model.predict(rows().get(0));
                } catch (EndolithException e) {
                  assertThat(e).hasMessageMatching("(?s).{1,5000}"); // not the model itself
                }
              })
          .as("seed %d, mutation %d", seed, i)
          .doesNotThrowAnyException();
    }
  }
}
