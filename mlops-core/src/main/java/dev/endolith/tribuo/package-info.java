/**
 * Tribuo as trainer and model format. Needs the optional {@code org.tribuo} jars; nothing else in
 * the library sees this package.
 */
@NullMarked
package dev.endolith.tribuo;

import org.jspecify.annotations.NullMarked;
