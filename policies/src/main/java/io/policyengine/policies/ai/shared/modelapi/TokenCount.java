package io.policyengine.policies.ai.shared.modelapi;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A number of tokens, by the name that a provider gives it. */
enum TokenCount {
    /** OpenAI's chat: all of the prompt. */
    PROMPT_TOKENS("prompt_tokens"),
    /** OpenAI's chat: all of the answer. */
    COMPLETION_TOKENS("completion_tokens"),
    /** OpenAI. */
    TOTAL_TOKENS("total_tokens"),
    /** OpenAI's responses: all of the input; Anthropic: what is neither written to a cache nor read from one. */
    INPUT_TOKENS("input_tokens"),
    /** Anthropic. */
    CACHE_CREATION_INPUT_TOKENS("cache_creation_input_tokens"),
    /** Anthropic. */
    CACHE_READ_INPUT_TOKENS("cache_read_input_tokens"),
    /** OpenAI's responses, Anthropic: all of the output up to here. */
    OUTPUT_TOKENS("output_tokens"),
    /** Bedrock: what is neither written to a cache nor read from one. */
    INPUT_TOKENS_OF_BEDROCK("inputTokens"),
    /** Bedrock. */
    CACHE_WRITE_INPUT_TOKENS_OF_BEDROCK("cacheWriteInputTokens"),
    /** Bedrock. */
    CACHE_READ_INPUT_TOKENS_OF_BEDROCK("cacheReadInputTokens"),
    /** Bedrock. */
    OUTPUT_TOKENS_OF_BEDROCK("outputTokens"),
    /** Bedrock. */
    TOTAL_TOKENS_OF_BEDROCK("totalTokens"),
    /** OpenAI: the part of the input that came from a cache, in the details of the input. */
    CACHED_TOKENS("cached_tokens"),
    /** Anthropic: the output when a stream has just begun, in the message with which it begins. */
    OUTPUT_TOKENS_AT_FIRST("output_tokens"),
    /** Gemini: the prompt, cached content included. */
    PROMPT_TOKEN_COUNT("promptTokenCount"),
    /** Gemini: the part of the prompt that is cached content. */
    CACHED_CONTENT_TOKEN_COUNT("cachedContentTokenCount"),
    /** Gemini: results of tools that went in. */
    TOOL_USE_PROMPT_TOKEN_COUNT("toolUsePromptTokenCount"),
    /** Gemini: the answers. */
    CANDIDATES_TOKEN_COUNT("candidatesTokenCount"),
    /** Gemini: thoughts, which are no part of the answers. */
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
