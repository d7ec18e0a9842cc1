package io.policyengine.testkit.provider;

import java.util.Optional;

/** An API of a model provider, with messages as the provider documents them. */
public enum ProviderApi {
    OPENAI_CHAT(new OpenAiChatShape(), "/v1/chat/completions"),
    OPENAI_RESPONSES(new OpenAiResponsesShape(), "/v1/responses"),
    ANTHROPIC(new AnthropicShape(), "/v1/messages"),
    /** Gemini's {@code generateContent} and {@code streamGenerateContent}. */
    GEMINI(new GeminiShape(), "/v1beta/models/gemini-2.5-flash:generateContent"),
    /** Bedrock's {@code Converse} and {@code ConverseStream}. */
    BEDROCK(new BedrockShape(), "/model/amazon.nova-lite-v1:0/converse");

    @SuppressWarnings("ImmutableEnumChecker") // shapes are stateless
    private final ProviderShape shape;

    private final String path;

    ProviderApi(ProviderShape shape, String path) {
        this.shape = shape;
        this.path = path;
    }

    /** Returns the path of a request for a response that is not streamed. */
    public String path() {
        return path;
    }

    /**
     * Returns the path of a request for a streamed response. It equals {@link #path} if the body requests the stream.
     */
    public String streamPath() {
        return switch (this) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC -> path;
            case GEMINI -> path.replace(":generateContent", ":streamGenerateContent?alt=sse");
            case BEDROCK -> path + "-stream";
        };
    }

    /** Returns the body of a request with one user message, for at most {@code maxOutput} tokens. */
    public String request(String text, int maxOutput, boolean stream) {
        return shape.request(Json.string(text), maxOutput, stream);
    }

    ProviderShape shape() {
        return shape;
    }

    /** Returns the API at this path, matched as leniently as any server might, or empty. */
    static Optional<ProviderApi> of(String lowerPath) {
        if (lowerPath.endsWith("/chat/completions") || lowerPath.endsWith("/completions")) {
            return Optional.of(OPENAI_CHAT);
        }
        if (lowerPath.endsWith("/responses")) {
            return Optional.of(OPENAI_RESPONSES);
        }
        if (lowerPath.endsWith("/messages") || lowerPath.endsWith("/invoke")) {
            return Optional.of(ANTHROPIC);
        }
        if (lowerPath.endsWith("generatecontent")) {
            return Optional.of(GEMINI);
        }
        return lowerPath.endsWith("/converse") || lowerPath.endsWith("/converse-stream")
                ? Optional.of(BEDROCK)
                : Optional.empty();
    }
}
