/**
 * Meters of deployments for Micrometer: {@link dev.endolith.micrometer.DeploymentMeters}. Needs
 * {@code io.micrometer:micrometer-core}.
 */
@NullMarked
package dev.endolith.micrometer;

import org.jspecify.annotations.NullMarked;
