package io.policyengine.testkit.provider;

/**
 * Tokens of an exchange.
 *
 * @param input those of the request, with {@code cached}
 * @param cached those of the request that were read from a cache
 * @param output those of the answer, with {@code reasoning}
 * @param reasoning those of the answer that the client does not see
 */
public record Tokens(long input, long cached, long output, long reasoning) {
    /** Input and output. */
    public long total() {
        return input + output;
    }
}
