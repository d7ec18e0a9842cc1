package io.policyengine.policies.ai.shared.budget;

/**
 * The numbers of tokens that an exchange uses.
 *
 * @param input input tokens, including cached ones
 * @param cached input tokens read from a cache
 * @param output output tokens, including reasoning
 */
public record TokenCounts(long input, long cached, long output) {
    /** Maximum plausible number of input tokens, or of output tokens, of an exchange. */
    public static final long MAX = 100_000_000;

    public TokenCounts {
        input = Math.clamp(input, 0, MAX);
        cached = Math.clamp(cached, 0, input);
        output = Math.clamp(output, 0, MAX);
    }
}
