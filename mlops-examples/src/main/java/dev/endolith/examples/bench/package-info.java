/**
 * Benchmarks: each measures the library beside its limit or its peer in one run. {@code mvn -Pbench
 * -Dbench=NAME} runs one, without a name all.
 */
@NullMarked
package dev.endolith.examples.bench;

import org.jspecify.annotations.NullMarked;
