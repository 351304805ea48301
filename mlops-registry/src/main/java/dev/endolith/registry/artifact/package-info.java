/**
 * Blobs in files, under the digest of their content. Start at {@link
 * dev.endolith.registry.artifact.FileArtifacts}.
 */
@NullMarked
package dev.endolith.registry.artifact;

import org.jspecify.annotations.NullMarked;
