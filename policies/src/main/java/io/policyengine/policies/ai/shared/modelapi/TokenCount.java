package io.policyengine.policies.ai.shared.modelapi;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The token counts in the usage that providers report, each with its JSON name. */
enum TokenCount {
    /** Tokens of the complete prompt, in OpenAI's Chat Completions. */
    PROMPT_TOKENS("prompt_tokens"),
    /** Tokens of the complete output, in OpenAI's Chat Completions. */
    COMPLETION_TOKENS("completion_tokens"),
    /** Tokens of input and output together, in OpenAI's interfaces. */
    TOTAL_TOKENS("total_tokens"),
    /**
     * Tokens of the complete input, in OpenAI's Responses. In Anthropic's interface, only of the input that is neither
     * written to a cache nor read from one.
     */
    INPUT_TOKENS("input_tokens"),
    /** Tokens of the input written to a cache, in Anthropic's interface. */
    CACHE_CREATION_INPUT_TOKENS("cache_creation_input_tokens"),
    /** Tokens of the input read from a cache, in Anthropic's interface. */
    CACHE_READ_INPUT_TOKENS("cache_read_input_tokens"),
    /** Tokens of the complete output so far, in OpenAI's Responses and Anthropic's interface. */
    OUTPUT_TOKENS("output_tokens"),
    /** Tokens of the input that is neither written to a cache nor read from one, in Bedrock's interface. */
    INPUT_TOKENS_OF_BEDROCK("inputTokens"),
    CACHE_WRITE_INPUT_TOKENS_OF_BEDROCK("cacheWriteInputTokens"),
    CACHE_READ_INPUT_TOKENS_OF_BEDROCK("cacheReadInputTokens"),
    OUTPUT_TOKENS_OF_BEDROCK("outputTokens"),
    TOTAL_TOKENS_OF_BEDROCK("totalTokens"),
    /** Tokens of the input read from a cache, in OpenAI's details of the input. */
    CACHED_TOKENS("cached_tokens"),
    /** Output tokens that the first message of an Anthropic stream reports. */
    OUTPUT_TOKENS_AT_FIRST("output_tokens"),
    /** Tokens of the prompt including cached content, in Gemini's interface. */
    PROMPT_TOKEN_COUNT("promptTokenCount"),
    /** Tokens of the cached content in the prompt, in Gemini's interface. */
    CACHED_CONTENT_TOKEN_COUNT("cachedContentTokenCount"),
    /** Tokens of the tool results in the input, in Gemini's interface. */
    TOOL_USE_PROMPT_TOKEN_COUNT("toolUsePromptTokenCount"),
    /** Tokens of the output without thoughts, in Gemini's interface. */
    CANDIDATES_TOKEN_COUNT("candidatesTokenCount"),
    /** Tokens of the model's thoughts, in Gemini's interface. */
    THOUGHTS_TOKEN_COUNT("thoughtsTokenCount"),
    /** Tokens of input and output together, in Gemini's interface. */
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
