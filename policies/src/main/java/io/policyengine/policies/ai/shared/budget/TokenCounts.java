package io.policyengine.policies.ai.shared.budget;

/**
 * The tokens of an exchange.
 *
 * @param input including cached ones
 * @param cached part of the input from a cache
 * @param output including reasoning
 */
public record TokenCounts(long input, long cached, long output) {
    /** Limit of plausible tokens of a kind: beyond any model's context for any number of responses. */
    public static final long MAX = 100_000_000;

    public TokenCounts {
        input = Math.clamp(input, 0, MAX);
        cached = Math.clamp(cached, 0, input);
        output = Math.clamp(output, 0, MAX);
    }
}
