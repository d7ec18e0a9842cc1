package io.policyengine.policies.ai.shared.modelapi;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A count of tokens, by its name in a provider's usage. */
enum TokenCount {
    /** OpenAI's Chat Completions: the complete prompt. */
    PROMPT_TOKENS("prompt_tokens"),
    /** OpenAI's Chat Completions: the complete answer. */
    COMPLETION_TOKENS("completion_tokens"),
    /** OpenAI. */
    TOTAL_TOKENS("total_tokens"),
    /** OpenAI's Responses: the complete input. Anthropic: the input neither written to a cache nor read from one. */
    INPUT_TOKENS("input_tokens"),
    /** Anthropic. */
    CACHE_CREATION_INPUT_TOKENS("cache_creation_input_tokens"),
    /** Anthropic. */
    CACHE_READ_INPUT_TOKENS("cache_read_input_tokens"),
    /** OpenAI's Responses and Anthropic: the complete output so far. */
    OUTPUT_TOKENS("output_tokens"),
    /** Bedrock: the input neither written to a cache nor read from one. */
    INPUT_TOKENS_OF_BEDROCK("inputTokens"),
    CACHE_WRITE_INPUT_TOKENS_OF_BEDROCK("cacheWriteInputTokens"),
    CACHE_READ_INPUT_TOKENS_OF_BEDROCK("cacheReadInputTokens"),
    OUTPUT_TOKENS_OF_BEDROCK("outputTokens"),
    TOTAL_TOKENS_OF_BEDROCK("totalTokens"),
    /** OpenAI: the part of the input that came from a cache, in the details of the input. */
    CACHED_TOKENS("cached_tokens"),
    /** Anthropic: the output reported by the first message of a stream. */
    OUTPUT_TOKENS_AT_FIRST("output_tokens"),
    /** Gemini: the prompt, cached content included. */
    PROMPT_TOKEN_COUNT("promptTokenCount"),
    /** Gemini: the part of the prompt that is cached content. */
    CACHED_CONTENT_TOKEN_COUNT("cachedContentTokenCount"),
    /** Gemini: tool results in the input. */
    TOOL_USE_PROMPT_TOKEN_COUNT("toolUsePromptTokenCount"),
    /** Gemini: the answers. */
    CANDIDATES_TOKEN_COUNT("candidatesTokenCount"),
    /** Gemini: thoughts, which the answers do not include. */
    THOUGHTS_TOKEN_COUNT("thoughtsTokenCount"),
    /** Gemini. */
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
