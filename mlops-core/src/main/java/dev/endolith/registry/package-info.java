/**
 * The model registry as users see it ({@link dev.endolith.registry.Models}) and as stores implement
 * it ({@link dev.endolith.registry.ModelRegistry}, {@link dev.endolith.registry.ArtifactStore},
 * {@link dev.endolith.registry.RunStore}, {@link dev.endolith.registry.StateStore}).
 */
@NullMarked
package dev.endolith.registry;

import org.jspecify.annotations.NullMarked;
