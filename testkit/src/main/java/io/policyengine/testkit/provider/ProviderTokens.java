package io.policyengine.testkit.provider;

/**
 * Tokens of an exchange.
 *
 * @param input of the request, including {@code cached}
 * @param cached of the request, read from a cache
 * @param output of the response, including {@code reasoning}
 * @param reasoning of the response, invisible to the client
 */
public record ProviderTokens(long input, long cached, long output, long reasoning) {
    /** The sum of input and output. */
    public long total() {
        return input + output;
    }
}
