/**
 * Classifiers of Tribuo for {@link dev.endolith.monitoring.drift.ClassifierTest}. Needs {@code
 * org.tribuo:tribuo-classification-sgd}, which is optional; nothing else of this module does.
 */
@NullMarked
package dev.endolith.monitoring.tribuo;

import org.jspecify.annotations.NullMarked;
