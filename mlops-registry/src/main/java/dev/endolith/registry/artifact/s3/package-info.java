/**
 * Blobs in a bucket of an S3-compatible service. Needs the optional dependencies {@code
 * software.amazon.awssdk:s3} and one of its HTTP clients. Start at {@link
 * dev.endolith.registry.artifact.s3.S3Artifacts}.
 */
@NullMarked
package dev.endolith.registry.artifact.s3;

import org.jspecify.annotations.NullMarked;
