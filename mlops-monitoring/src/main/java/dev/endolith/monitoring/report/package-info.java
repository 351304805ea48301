/**
 * Shows people what changed: {@link dev.endolith.monitoring.report.DataReport} for any comparison,
 * {@link dev.endolith.monitoring.report.MonitorReport} for a model, as one page that needs no
 * network and runs no script, or as JSON; {@link dev.endolith.monitoring.report.ReportFolder} keeps
 * reports over time. The templates of the pages are in {@code src/main/jte}.
 */
@NullMarked
package dev.endolith.monitoring.report;

import org.jspecify.annotations.NullMarked;
