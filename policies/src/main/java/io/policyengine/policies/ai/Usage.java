package io.policyengine.policies.ai;

import org.jspecify.annotations.Nullable;

/**
 * The use of a model, as a response tells it.
 *
 * @param model null if it is not told
 * @param input tokens, those from a cache included; -1 if it is not told
 * @param cached tokens of the input that came from a cache; -1 if it is not told
 * @param output tokens, thoughts included; -1 if it is not told
 * @param outputSoFar the same, or if it is not told those with which the output began; -1 if neither is told
 * @param total tokens, -1 if it is neither told nor the sum of the two
 * @param textBytes octets of the texts that were seen on their way to the client, in UTF-8
 */
public record Usage(
        @Nullable String model, long input, long cached, long output, long outputSoFar, long total, long textBytes) {
    /** Nothing is told, and nothing was seen. */
    public static final Usage NONE = new Usage(null, -1, -1, -1, -1, -1, 0);
}
