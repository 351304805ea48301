/**
 * What may leave the process: a {@link dev.endolith.privacy.PrivacyPolicy} decides for every field
 * whether logs, profiles and reports see it.
 */
@NullMarked
package dev.endolith.privacy;

import org.jspecify.annotations.NullMarked;
