package dev.endolith.registry;

import dev.endolith.model.Predictor;
import java.time.Instant;
import java.util.Optional;

/**
 * A model of a {@link LastKnownGood} copy.
 *
 * @param version what it is, as far as it was kept: number, format, schema and attachments
 * @param generation the generation of the champion alias under which it served
 * @param at when it was kept
 * @param predictor the model, to be closed by the caller
 * @param samples its recorded samples, empty if it has none
 * @param contract its input contract, empty if it has none
 * @param <X> what it is asked
 * @param <Y> what it answers
 */
public record KeptModel<X, Y>(
    ModelVersion version,
    long generation,
    Instant at,
    Predictor<X, Y> predictor,
    Optional<byte[]> samples,
    Optional<byte[]> contract) {}
