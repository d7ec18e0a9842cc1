package io.policyengine.policies.ai.shared.modelapi;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The token usage that a response has reported so far: the last value of each {@link TokenCount}, the model's name, and
 * two sums of text octets.
 */
final class ToldUsage {
    private final Map<TokenCount, Long> counts = new EnumMap<>(TokenCount.class);
    private @Nullable String model;
    private long deltaBytes;
    private long wholeBytes;

    /** Records the value of a token count, which must be below 10 to the power of 18. */
    void count(TokenCount count, long tokens) {
        counts.put(count, tokens);
    }

    void model(String name) {
        model = name;
    }

    void add(ToldUsage later) {
        counts.putAll(later.counts);
        if (later.model != null) {
            model = later.model;
        }
    }

    /** Clears the counts and the model, but not the octets of text. */
    void clear() {
        counts.clear();
        model = null;
    }

    /**
     * Adds octets of response text.
     *
     * @param whole octets of members that hold complete texts
     * @param deltas octets of members that continue texts sent earlier
     */
    void text(long whole, long deltas) {
        wholeBytes += whole;
        deltaBytes += deltas;
    }

    Usage usage() {
        long input = input();
        long output = output();
        long total = firstOf(TokenCount.TOTAL_TOKENS, TokenCount.TOTAL_TOKENS_OF_BEDROCK, TokenCount.TOTAL_TOKEN_COUNT);
        return new Usage(
                model,
                input,
                firstOf(
                        TokenCount.CACHED_TOKENS,
                        TokenCount.CACHE_READ_INPUT_TOKENS,
                        TokenCount.CACHE_READ_INPUT_TOKENS_OF_BEDROCK,
                        TokenCount.CACHED_CONTENT_TOKEN_COUNT),
                output,
                output < 0 ? firstOf(TokenCount.OUTPUT_TOKENS_AT_FIRST) : output,
                total < 0 && input >= 0 && output >= 0 ? input + output : total,
                // Providers that stream deltas repeat their sum at the end.
                deltaBytes > 0 ? deltaBytes : wholeBytes);
    }

    private long input() {
        // Gateways that offer Anthropic in OpenAI's shape also report its cache counts, which the prompt includes.
        if (counts.containsKey(TokenCount.PROMPT_TOKENS)) {
            return of(TokenCount.PROMPT_TOKENS);
        }
        if (counts.containsKey(TokenCount.INPUT_TOKENS)) {
            return of(TokenCount.INPUT_TOKENS)
                    + of(TokenCount.CACHE_CREATION_INPUT_TOKENS)
                    + of(TokenCount.CACHE_READ_INPUT_TOKENS);
        }
        if (counts.containsKey(TokenCount.INPUT_TOKENS_OF_BEDROCK)) {
            return of(TokenCount.INPUT_TOKENS_OF_BEDROCK)
                    + of(TokenCount.CACHE_WRITE_INPUT_TOKENS_OF_BEDROCK)
                    + of(TokenCount.CACHE_READ_INPUT_TOKENS_OF_BEDROCK);
        }
        return counts.containsKey(TokenCount.PROMPT_TOKEN_COUNT)
                ? of(TokenCount.PROMPT_TOKEN_COUNT) + of(TokenCount.TOOL_USE_PROMPT_TOKEN_COUNT)
                : -1;
    }

    private long output() {
        boolean isGemini = counts.containsKey(TokenCount.CANDIDATES_TOKEN_COUNT)
                || counts.containsKey(TokenCount.THOUGHTS_TOKEN_COUNT);
        long told =
                firstOf(TokenCount.COMPLETION_TOKENS, TokenCount.OUTPUT_TOKENS, TokenCount.OUTPUT_TOKENS_OF_BEDROCK);
        return told < 0 && isGemini
                ? of(TokenCount.CANDIDATES_TOKEN_COUNT) + of(TokenCount.THOUGHTS_TOKEN_COUNT)
                : told;
    }

    private long of(TokenCount count) {
        return counts.getOrDefault(count, 0L);
    }

    private long firstOf(TokenCount... wanted) {
        for (TokenCount count : wanted) {
            Long tokens = counts.get(count);
            if (tokens != null) {
                return tokens;
            }
        }
        return -1;
    }
}
