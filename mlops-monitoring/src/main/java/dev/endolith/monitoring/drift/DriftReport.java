package dev.endolith.monitoring.drift;

import dev.endolith.data.CanonicalJson;
import dev.endolith.monitoring.profile.ReferenceColumn;
import java.util.List;
import java.util.Optional;

/**
 * How data differs from its reference, column by column. Immutable.
 *
 * @param verdict {@link ColumnDrift.Verdict#DRIFT} if a column other than the label drifted, {@link
 *     ColumnDrift.Verdict#UNDECIDED} if none could be decided. The label does not count: those that
 *     arrive early are seldom a fair sample of all
 * @param referenceRows how many rows the reference was made of
 * @param currentRows how many rows were compared with it
 * @param alpha the level that adjusted p-values were compared with
 * @param minimumEffect the effect that a difference must have
 * @param correction how p-values were adjusted
 * @param columns the columns, greatest effect first; those without data last
 */
public record DriftReport(
    ColumnDrift.Verdict verdict,
    long referenceRows,
    long currentRows,
    double alpha,
    double minimumEffect,
    Correction correction,
    List<ColumnDrift> columns) {
  /**
   * Copies the columns.
   *
   * @param verdict the verdict
   * @param referenceRows the reference's rows
   * @param currentRows the current rows
   * @param alpha the level
   * @param minimumEffect the least effect
   * @param correction the correction
   * @param columns the columns
   */
  public DriftReport {
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
   * The report as canonical JSON; a figure that is not defined is the text {@code "NaN"}.
   *
   * @return the text
   */
  public String toJson() {
    return CanonicalJson.write(this);
  }
}
