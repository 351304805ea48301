/**
 * What may go into a model and what may come out: an {@link dev.endolith.contract.InputContract}
 * learned from training rows, and an {@link dev.endolith.contract.OutputPolicy}.
 */
@NullMarked
package dev.endolith.contract;

import org.jspecify.annotations.NullMarked;
