package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.http.HeaderMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The interfaces of model providers. The path identifies the interface; for other paths, Envoy or the body may identify
 * it.
 */
public enum ApiShape {
    /** OpenAI's Chat Completions, which most providers and gateways offer. */
    OPENAI_CHAT,
    /** OpenAI's Responses. */
    OPENAI_RESPONSES,
    /** Anthropic's Messages. */
    ANTHROPIC,
    /** Gemini's {@code generateContent} and {@code streamGenerateContent}. */
    GEMINI,
    /** Bedrock's {@code Converse} and {@code ConverseStream}. */
    BEDROCK;

    /** Members that only Bedrock's requests have. */
    private static final Set<String> OF_BEDROCK =
            Set.of("inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields");

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the name of the interface in metadata and metrics. */
    public String code() {
        return code;
    }

    /** Returns the interface of a target; empty if the target calls no model. */
    public static Optional<ApiShape> ofPath(String target) {
        return ApiPath.of(target).map(ApiPath::shape);
    }

    /**
     * Returns the interface that a JSON body is for, whatever the path; empty if it is unknown.
     *
     * @param members names of the object's members
     * @param headers headers of the request; one of them is specific to Anthropic's interface
     */
    public static Optional<ApiShape> ofBody(Set<String> members, HeaderMap headers) {
        if (members.contains("contents")) {
            return Optional.of(GEMINI);
        }
        if (!members.contains("messages")) {
            return members.contains("input") ? Optional.of(OPENAI_RESPONSES) : Optional.empty();
        }
        return ofMessages(members, headers).or(() -> Optional.of(OPENAI_CHAT));
    }

    /**
     * Returns {@link #ANTHROPIC} or {@link #BEDROCK} if a request with {@code messages} is for one of them; otherwise
     * empty.
     */
    private static Optional<ApiShape> ofMessages(Set<String> members, HeaderMap headers) {
        if (members.contains("anthropic_version") || headers.get("anthropic-version") != null) {
            return Optional.of(ANTHROPIC);
        }
        return members.stream().anyMatch(OF_BEDROCK::contains) ? Optional.of(BEDROCK) : Optional.empty();
    }

    /**
     * Returns all interfaces that a JSON body may be for, if the path does not identify one. A server reads the members
     * of its own interface and usually ignores others. So a client that sends members of two interfaces can determine
     * the result of {@link #ofBody}, but not how the server reads the body.
     *
     * @param members names of the object's members
     * @param headers headers of the request
     */
    public static Set<ApiShape> allOfBody(Set<String> members, HeaderMap headers) {
        Set<ApiShape> all = EnumSet.noneOf(ApiShape.class);
        if (members.contains("contents")) {
            all.add(GEMINI);
        }
        if (members.contains("messages")) {
            all.add(OPENAI_CHAT);
            ofMessages(members, headers).ifPresent(all::add);
        }
        if (members.contains("input")) {
            all.add(OPENAI_RESPONSES);
        }
        return all;
    }

    /**
     * Returns the interface with this number in Envoy's metadata ({@code envoy.extensions.filters.http.ai_filters:
     * LLMProtocol}); empty if the number is unknown.
     */
    public static Optional<ApiShape> ofEnvoy(long protocol) {
        return switch (Math.clamp(protocol, 0, 5)) {
            case 1 -> Optional.of(OPENAI_CHAT);
            case 2 -> Optional.of(OPENAI_RESPONSES);
            case 3 -> Optional.of(ANTHROPIC);
            case 4 -> Optional.of(GEMINI);
            default -> Optional.empty();
        };
    }
}
