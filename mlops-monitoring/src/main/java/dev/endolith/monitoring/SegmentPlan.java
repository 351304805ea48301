package dev.endolith.monitoring;

import dev.endolith.data.Features;
import dev.endolith.data.Row;
import dev.endolith.monitoring.profile.ReferenceProfile;
import dev.endolith.monitoring.profile.Segments;

/** How to divide the rows of a model, before it is known which. */
@FunctionalInterface
interface SegmentPlan {
  Segments<Row> of(Features<Row> features, ReferenceProfile reference);
}
