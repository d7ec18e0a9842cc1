package io.policyengine.testkit.provider;

/**
 * The tokens of an exchange.
 *
 * @param input input tokens, including {@code cached}
 * @param cached input tokens that the provider read from its cache
 * @param output output tokens, including {@code reasoning}
 * @param reasoning output tokens that the client does not see
 */
public record ProviderTokens(long input, long cached, long output, long reasoning) {
    /** Returns the sum of input and output. */
    public long total() {
        return input + output;
    }
}
