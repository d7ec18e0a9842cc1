package io.policyengine.policies.usagemetering;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts about the use of a model that JSON texts have told so far: of each, the last one counts. Holds one number for each {@link TokenCount},
 * and one name.
 */
final class ToldUsage {
    private final Map<TokenCount, Long> counts = new EnumMap<>(TokenCount.class);
    private @Nullable String model;

    /** Told is a number of tokens, below 10 to the power of 18. */
    void count(TokenCount count, long tokens) {
        counts.put(count, tokens);
    }

    /** Told is the name of the model. */
    void model(String name) {
        model = name;
    }

    /** Goes on with what a later text has told. */
    void add(ToldUsage later) {
        counts.putAll(later.counts);
        if (later.model != null) {
            model = later.model;
        }
    }

    /** Forgets all. */
    void clear() {
        counts.clear();
        model = null;
    }

    /** The use that follows from it. */
    Usage usage() {
        long input = input();
        long output = output();
        long total = firstOf(TokenCount.TOTAL_TOKENS, TokenCount.TOTAL_TOKEN_COUNT);
        return new Usage(model, input, output, total < 0 && input >= 0 && output >= 0 ? input + output : total);
    }

    private long input() {
        // Gateways that speak OpenAI's shape for Anthropic tell its caches as well: they are part of the prompt there.
        if (counts.containsKey(TokenCount.PROMPT_TOKENS)) {
            return of(TokenCount.PROMPT_TOKENS);
        }
        if (counts.containsKey(TokenCount.INPUT_TOKENS)) {
            return of(TokenCount.INPUT_TOKENS)
                    + of(TokenCount.CACHE_CREATION_INPUT_TOKENS)
                    + of(TokenCount.CACHE_READ_INPUT_TOKENS);
        }
        return counts.containsKey(TokenCount.PROMPT_TOKEN_COUNT)
                ? of(TokenCount.PROMPT_TOKEN_COUNT) + of(TokenCount.TOOL_USE_PROMPT_TOKEN_COUNT)
                : -1;
    }

    private long output() {
        boolean isGemini = counts.containsKey(TokenCount.CANDIDATES_TOKEN_COUNT)
                || counts.containsKey(TokenCount.THOUGHTS_TOKEN_COUNT);
        long told = firstOf(TokenCount.COMPLETION_TOKENS, TokenCount.OUTPUT_TOKENS);
        return told < 0 && isGemini
                ? of(TokenCount.CANDIDATES_TOKEN_COUNT) + of(TokenCount.THOUGHTS_TOKEN_COUNT)
                : told;
    }

    private long of(TokenCount count) {
        return counts.getOrDefault(count, 0L);
    }

    private long firstOf(TokenCount one, TokenCount other) {
        return counts.getOrDefault(one, counts.getOrDefault(other, -1L));
    }
}
