package dev.endolith.serving;

import dev.endolith.contract.Findings;
import dev.endolith.data.Id;

/**
 * A question that the version it was routed to did not answer.
 *
 * @param routing the routing that it was asked under
 * @param choice the way it was to take
 * @param x what was asked
 * @param key the key of the caller or of the row, empty for none
 * @param id the id of its answer
 * @param deadline when it is too late, as {@link Doorkeeper#deadline} says
 * @param findings what the contract found in it
 */
record Asked<X, Y>(
    Routing<X, Y> routing,
    Choice<X, Y> choice,
    X x,
    String key,
    Id id,
    long deadline,
    Findings findings) {}
