/**
 * Conformance kits: a test class for each interface that may be implemented elsewhere. Extend the
 * kit, say how a fresh store is made, and its rules run as JUnit tests.
 *
 * <pre>{@code
 * class MyRegistryTest extends ModelRegistryContract {
 *   @Override
 *   protected ModelRegistry fresh() {
 *     return new MyRegistry(clock);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.endolith.tck;

import org.jspecify.annotations.NullMarked;
