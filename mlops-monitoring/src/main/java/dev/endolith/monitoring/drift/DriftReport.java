package dev.endolith.monitoring.drift;

import dev.endolith.data.CanonicalJson;
import dev.endolith.monitoring.profile.ReferenceColumn;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How data differs from its reference, column by column. Immutable.
 *
 * @param verdict {@link ColumnDrift.Verdict#DRIFT} if a column other than the label drifted, {@link
 *     ColumnDrift.Verdict#NO_DRIFT} if none of them did and all that have data are decided, {@link
 *     ColumnDrift.Verdict#UNDECIDED} otherwise. The label does not count: those that arrive early
 *     are seldom a fair sample of all
 * @param referenceRows how many rows the reference was made of
 * @param currentRows how many rows were compared with it
 * @param alpha the level that adjusted p-values were compared with
 * @param minimumEffect the effect that a difference must have
 * @param correction how p-values were adjusted
 * @param globalPValues one p-value for the question whether any column changed at all, by each way
 *     to combine those of the columns without the label; NaN if none has one. They find a change
 *     that is spread thinly over many columns, say nothing of its size, and are not part of the
 *     verdict
 * @param columns the columns, greatest effect first; those without data last
 */
public record DriftReport(
    ColumnDrift.Verdict verdict,
    long referenceRows,
    long currentRows,
    double alpha,
    double minimumEffect,
    Correction correction,
    Map<GlobalTest, Double> globalPValues,
    List<ColumnDrift> columns) {
  /**
   * Copies what can change.
   *
   * @param verdict the verdict
   * @param referenceRows the reference's rows
   * @param currentRows the current rows
   * @param alpha the level
   * @param minimumEffect the least effect
   * @param correction the correction
   * @param globalPValues the p-values of all columns together
   * @param columns the columns
   */
  public DriftReport {
    EnumMap<GlobalTest, Double> ordered = new EnumMap<>(GlobalTest.class);
    ordered.putAll(globalPValues);
    globalPValues = Collections.unmodifiableMap(ordered);
    columns = List.copyOf(columns);
  }

  /**
   * The columns that drifted, without the label.
   *
   * @return the columns, greatest effect first
   */
  public List<ColumnDrift> drifted() {
    return columns.stream()
        .filter(column -> column.verdict() == ColumnDrift.Verdict.DRIFT)
        .filter(column -> column.role() != ReferenceColumn.Role.LABEL)
        .toList();
  }

  /**
   * A column.
   *
   * @param name its name
   * @return the column, empty if there is none of that name
   */
  public Optional<ColumnDrift> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /**
   * The report with its figures and no decision, for data that is known to be no fair sample.
   *
   * @param why why nothing is decided, the beginning of a sentence
   * @return a report in which every column is undecided
   */
  public DriftReport withheld(String why) {
    List<ColumnDrift> undecided = columns.stream().map(column -> column.withheld(why)).toList();
    return new DriftReport(
        ColumnDrift.Verdict.UNDECIDED,
        referenceRows,
        currentRows,
        alpha,
        minimumEffect,
        correction,
        globalPValues,
        undecided);
  }

  /**
   * The report as canonical JSON; a figure that is not defined is the text {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(this);
  }
}
