/**
 * Signatures that outlive the database: who made a version, who approved it, and what the audit log
 * was.
 *
 * <p>{@link dev.endolith.registry.signing.ModelSigner} writes bundles of OpenSSF Model Signing v1.0
 * and statements such as approvals; {@link dev.endolith.registry.signing.SignatureVerifier} checks
 * them against {@link dev.endolith.registry.signing.TrustedKeys}; {@link
 * dev.endolith.registry.signing.SignaturePolicy} lets only versions be loaded that enough people
 * have signed. {@link dev.endolith.registry.signing.Checkpoints} signs the audit log of all models
 * as one Merkle tree.
 */
@NullMarked
package dev.endolith.registry.signing;

import org.jspecify.annotations.NullMarked;
