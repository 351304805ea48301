package dev.endolith.monitoring;

import dev.endolith.data.Classification;
import dev.endolith.data.Features;
import dev.endolith.data.Regression;
import dev.endolith.data.Row;
import dev.endolith.data.Schema;
import dev.endolith.data.Task;
import dev.endolith.model.Predictor;
import dev.endolith.model.Samples;
import dev.endolith.monitoring.drift.ColumnDrift;
import dev.endolith.monitoring.impact.Causes;
import dev.endolith.monitoring.impact.CorrelationChange;
import dev.endolith.monitoring.impact.Impact;
import dev.endolith.monitoring.profile.ReferenceColumn.Role;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.WindowProfile;
import dev.endolith.privacy.PrivacyPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a window drifted, and whether pairs of columns go together otherwise. Runs where
 * the loop observes, never where predictions are served; the model is only asked about windows that
 * drifted: at most {@link #MOST_COLUMNS} columns of {@link RowSample#MOST} rows, which is at most 1
 * + 2 × 20 predictions for each of 200 rows.
 */
final class WindowExplainer<X, Y> {
  /** So many drifted columns are explained, those of the greatest effect. */
  static final int MOST_COLUMNS = 20;

  /** Of changes of correlation, those below this are not worth telling. */
  private static final double LEAST_CHANGE = 0.2;

  private static final double ALPHA = 0.01;

  /** Where nothing else drifted a pair is asked about in every window, so it has to be clearer. */
  private static final double ALPHA_ALONE = 0.001;

  private static final Logger LOG = LoggerFactory.getLogger(WindowExplainer.class);

  private final Task<X, Y> task;
  private final @Nullable Supplier<? extends Predictor<X, Y>> model;
  private final Set<String> ignored;

  WindowExplainer(
      Task<X, Y> task, @Nullable Supplier<? extends Predictor<X, Y>> model, Set<String> ignored) {
    this.task = task;
    this.model = model;
    this.ignored = ignored;
  }

  Schema schema() {
    return task.features().schema();
  }

  WindowFindings explain(
      long index,
      List<ColumnDrift> drifted,
      @Nullable WindowProfile before,
      WindowProfile window,
      RowSample sample) {
    ReferenceProfile reference =
        before == null ? window.reference() : window.reference().countedAs(before);
    Features<Row> features = Features.rows(schema());
    List<Row> rows = sample.rows(schema());
    Set<String> columns =
        drifted.stream()
            .filter(column -> column.role() == Role.FEATURE)
            .limit(MOST_COLUMNS)
            .map(ColumnDrift::name)
            .collect(Collectors.toSet());
    return new WindowFindings(
        index,
        rows.size(),
        impact(index, reference, rows, columns),
        Causes.of(features, reference, window, rows, columns),
        before == null ? pairs(reference, rows, ALPHA) : List.of()); // those before are not kept
  }

  /** Of a window in which no column drifted: whether columns go together otherwise. */
  WindowFindings pairs(long index, WindowProfile window, RowSample sample) {
    List<Row> rows = sample.rows(schema());
    return new WindowFindings(
        index,
        rows.size(),
        null,
        new Causes(List.of()),
        pairs(window.reference(), rows, ALPHA_ALONE));
  }

  private List<CorrelationChange> pairs(ReferenceProfile reference, List<Row> rows, double alpha) {
    return CorrelationChange.find(Features.rows(schema()), reference, rows, alpha, LEAST_CHANGE)
        .stream()
        .filter(change -> !ignored.contains(change.first()) && !ignored.contains(change.second()))
        .toList();
  }

  /** An explanation is not worth a window: whatever fails in the host's code, it is left out. */
  private @Nullable Impact impact(
      long index, ReferenceProfile reference, List<Row> rows, Set<String> columns) {
    boolean scored = task instanceof Classification<?, ?> || task instanceof Regression<?>;
    if (model == null || !scored || !task.features().changes() || columns.isEmpty()) {
      return null;
    }
    List<X> asked = new ArrayList<>();
    for (Row row : rows) {
      try {
        asked.add(Samples.askable(task.features(), row, PrivacyPolicy.standard()));
      } catch (RuntimeException e) {
        LOG.debug("A logged row cannot be asked again", e);
      }
    }
    if (asked.isEmpty()) {
      return null;
    }
    try (Predictor<X, Y> predictor = model.get()) {
      return Impact.of(task, predictor, reference, asked, columns, RowSample.MOST, index);
    } catch (RuntimeException e) {
      LOG.warn("What drift does to the score could not be measured", e);
      return null;
    }
  }
}
