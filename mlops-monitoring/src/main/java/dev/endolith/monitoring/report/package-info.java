/**
 * Shows people how a model fared: {@link dev.endolith.monitoring.report.MonitorReport}, as one page
 * that needs no network and runs no script, or as JSON.
 */
@NullMarked
package dev.endolith.monitoring.report;

import org.jspecify.annotations.NullMarked;
