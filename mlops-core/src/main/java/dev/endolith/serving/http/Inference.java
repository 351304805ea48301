package dev.endolith.serving.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an inference request says.
 *
 * @param id to be given back, null if there is none
 * @param key the parameter {@code key}: sticks the caller to one side of a rollout; may be empty
 * @param withinMillis the parameter {@code within_ms}: how long the caller waits for the answer; 0
 *     for as long as it takes
 * @param inputs the tensors
 * @param binary whether outputs are binary unless they say otherwise
 * @param wanted outputs by name, in the order asked for; TRUE for binary, FALSE for JSON, null for
 *     the request's default; null if all are wanted
 */
record Inference(
    @Nullable String id,
    String key,
    long withinMillis,
    List<WireTensor> inputs,
    boolean binary,
    @Nullable Map<String, @Nullable Boolean> wanted) {}
