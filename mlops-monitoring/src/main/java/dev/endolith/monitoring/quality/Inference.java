package dev.endolith.monitoring.quality;

import dev.endolith.monitoring.profile.ReferenceColumn;
import dev.endolith.monitoring.profile.ReferenceProfile;

/** What a reference says about data like it. */
final class Inference {
  private static final double FEW_ROWS = 0.01;

  /** -ln 0.01: of n rows none is missing with 1 % chance if a share of 4.6/n is. */
  private static final double NONE_SEEN = 4.6;

  private static final double MORE_MISSING = 1.5;
  private static final double MISSING_SLACK = 0.02;

  private Inference() {}

  static Expectations infer(ReferenceProfile reference) {
    ExpectationsBuilder builder =
        Expectations.builder().fail(Check.measure(Measure.ROWS, "", 1, Double.POSITIVE_INFINITY));
    boolean any = false;
    for (ReferenceColumn column : reference.columns()) {
      if (column.role() == ReferenceColumn.Role.FEATURE && reference.rows() > 0) {
        column(builder, column, reference.rows());
        any = true;
      }
    }
    return any ? builder.warn(Check.distributed()).build() : builder.build();
  }

  private static void column(ExpectationsBuilder builder, ReferenceColumn column, long rows) {
    String name = column.name();
    double missing = (double) column.missing() / rows;
    double most = column.missing() == 0 ? NONE_SEEN / rows : missing * MORE_MISSING + MISSING_SLACK;
    builder.warn(Check.missing(name, Math.min(1, most)));
    if (column.kind() == ReferenceColumn.Kind.NUMBER) {
      if (column.min() <= column.max()) {
        few(builder, Check.range(name, column.min(), column.max()));
      }
      return;
    }
    long[] counts = column.counts();
    if (counts[counts.length - 1] == 0 && !column.values().isEmpty()) {
      few(builder, new RowCheck.OneOf(name, column.values()));
    }
  }

  private static void few(ExpectationsBuilder builder, RowCheck check) {
    builder.add(new Expectation(check, Severity.WARN, FEW_ROWS));
  }
}
