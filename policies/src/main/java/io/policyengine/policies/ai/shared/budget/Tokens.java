package io.policyengine.policies.ai.shared.budget;

/**
 * Tokens of one exchange.
 *
 * @param input those from a cache included
 * @param cached of the input, those that came from a cache
 * @param output thoughts included
 */
public record Tokens(long input, long cached, long output) {
    /** Most tokens of a kind that are believed: beyond any model's context, however many answers are asked for at once. */
    public static final long MOST = 100_000_000;

    /** Brings all into their bounds. */
    public Tokens {
        input = Math.clamp(input, 0, MOST);
        cached = Math.clamp(cached, 0, input);
        output = Math.clamp(output, 0, MOST);
    }
}
