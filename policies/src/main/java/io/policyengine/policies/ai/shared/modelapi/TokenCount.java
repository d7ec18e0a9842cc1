package io.policyengine.policies.ai.shared.modelapi;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A count of tokens, by its name in a provider's usage. */
enum TokenCount {
    /** The complete prompt, in OpenAI's Chat Completions. */
    PROMPT_TOKENS("prompt_tokens"),
    /** The complete output, in OpenAI's Chat Completions. */
    COMPLETION_TOKENS("completion_tokens"),
    /** Input and output, in OpenAI's interfaces. */
    TOTAL_TOKENS("total_tokens"),
    /**
     * The complete input, in OpenAI's Responses; the input neither written to a cache nor read from one, in Anthropic's
     * interface.
     */
    INPUT_TOKENS("input_tokens"),
    /** The input written to a cache, in Anthropic's interface. */
    CACHE_CREATION_INPUT_TOKENS("cache_creation_input_tokens"),
    /** The input read from a cache, in Anthropic's interface. */
    CACHE_READ_INPUT_TOKENS("cache_read_input_tokens"),
    /** The complete output so far, in OpenAI's Responses and Anthropic's interface. */
    OUTPUT_TOKENS("output_tokens"),
    /** The input neither written to a cache nor read from one, in Bedrock's interface. */
    INPUT_TOKENS_OF_BEDROCK("inputTokens"),
    CACHE_WRITE_INPUT_TOKENS_OF_BEDROCK("cacheWriteInputTokens"),
    CACHE_READ_INPUT_TOKENS_OF_BEDROCK("cacheReadInputTokens"),
    OUTPUT_TOKENS_OF_BEDROCK("outputTokens"),
    TOTAL_TOKENS_OF_BEDROCK("totalTokens"),
    /** The part of the input read from a cache, in OpenAI's details of the input. */
    CACHED_TOKENS("cached_tokens"),
    /** The output that the first message of Anthropic's stream reports. */
    OUTPUT_TOKENS_AT_FIRST("output_tokens"),
    /** The prompt including cached content, in Gemini's interface. */
    PROMPT_TOKEN_COUNT("promptTokenCount"),
    /** The part of the prompt that is cached content, in Gemini's interface. */
    CACHED_CONTENT_TOKEN_COUNT("cachedContentTokenCount"),
    /** The results of tools in the input, in Gemini's interface. */
    TOOL_USE_PROMPT_TOKEN_COUNT("toolUsePromptTokenCount"),
    /** The output without thoughts, in Gemini's interface. */
    CANDIDATES_TOKEN_COUNT("candidatesTokenCount"),
    /** The thoughts, in Gemini's interface. */
    THOUGHTS_TOKEN_COUNT("thoughtsTokenCount"),
    /** Input and output, in Gemini's interface. */
    TOTAL_TOKEN_COUNT("totalTokenCount");

    private static final Map<String, TokenCount> IN_USAGE =
            byName(EnumSet.range(PROMPT_TOKENS, TOTAL_TOKENS_OF_BEDROCK));
    private static final Map<String, TokenCount> IN_USAGE_METADATA =
            byName(EnumSet.range(PROMPT_TOKEN_COUNT, TOTAL_TOKEN_COUNT));

    private final String member;

    TokenCount(String member) {
        this.member = member;
    }

    private static Map<String, TokenCount> byName(Set<TokenCount> counts) {
        return counts.stream().collect(Collectors.toUnmodifiableMap(count -> count.member, Function.identity()));
    }

    /** Returns the count with this name in {@code usage} of OpenAI, Anthropic and Bedrock, or null. */
    static @Nullable TokenCount inUsage(String member) {
        return IN_USAGE.get(member);
    }

    /** Returns the count with this name in the first {@code usage} of Anthropic's streams, or null. */
    static @Nullable TokenCount inFirstUsage(String member) {
        return member.equals(OUTPUT_TOKENS_AT_FIRST.member) ? OUTPUT_TOKENS_AT_FIRST : inUsage(member);
    }

    /** Returns the count with this name in OpenAI's details of the input, or null. */
    static @Nullable TokenCount inDetails(String member) {
        return member.equals(CACHED_TOKENS.member) ? CACHED_TOKENS : null;
    }

    /** Returns the count with this name in Gemini's {@code usageMetadata}, or null. */
    static @Nullable TokenCount inUsageMetadata(String member) {
        return IN_USAGE_METADATA.get(member);
    }
}
