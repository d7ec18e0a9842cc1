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
    /** Input and output. */
    public long total() {
        return input + output;
    }
}
