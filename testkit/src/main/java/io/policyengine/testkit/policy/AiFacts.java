package io.policyengine.testkit.policy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.policyengine.core.policy.EnvoyMetadata;
import io.vertx.core.buffer.Buffer;

/** Encodes the typed metadata of Envoy's AI filters, with the field numbers of Envoy 1.40. */
public final class AiFacts {
    /** Namespace of the facts that Envoy read from a request. */
    public static final String REQUEST_INFO = "envoy.ai.request_info";
    /** Namespace of the facts that Envoy read from a response. */
    public static final String TOKEN_USAGE = "envoy.ai.token_usage";

    private static final String TYPES = "type.googleapis.com/envoy.data.ai.v3.";

    private AiFacts() {}

    /**
     * Returns a message of type {@code envoy.data.ai.v3.RequestInfo}.
     *
     * @param protocol 1 OpenAI chat completions, 2 OpenAI responses, 3 Anthropic messages, 4 Gemini; 0 unknown to Envoy
     * @param maxOutputTokens 0 if the request states none
     */
    public static EnvoyMetadata.Typed requestInfo(
            int protocol, String model, boolean stream, long maxOutputTokens, long estimatedInputTokens) {
        UnknownFieldSet.Builder info = UnknownFieldSet.newBuilder();
        info.mergeVarintField(1, protocol);
        info.mergeLengthDelimitedField(2, ByteString.copyFromUtf8(model));
        info.mergeLengthDelimitedField(3, wrapped(stream ? 1 : 0));
        if (maxOutputTokens > 0) {
            info.mergeLengthDelimitedField(4, wrapped(maxOutputTokens));
        }
        info.mergeLengthDelimitedField(7, wrapped(estimatedInputTokens));
        return typed("RequestInfo", info);
    }

    /**
     * Returns a message of type {@code envoy.data.ai.v3.TokenUsage} without details.
     *
     * @param protocol as for {@link #requestInfo}
     * @param status 1 complete, 2 partial, 3 failed
     */
    public static EnvoyMetadata.Typed tokenUsage(
            int protocol, String model, long inputTokens, long outputTokens, int status) {
        UnknownFieldSet.Builder usage = UnknownFieldSet.newBuilder();
        usage.mergeVarintField(1, protocol);
        usage.mergeLengthDelimitedField(2, ByteString.copyFromUtf8(model));
        usage.mergeLengthDelimitedField(3, wrapped(inputTokens));
        usage.mergeLengthDelimitedField(4, wrapped(outputTokens));
        usage.mergeLengthDelimitedField(5, wrapped(inputTokens + outputTokens));
        usage.mergeVarintField(9, status);
        return typed("TokenUsage", usage);
    }

    private static EnvoyMetadata.Typed typed(String type, UnknownFieldSet.Builder fields) {
        return new EnvoyMetadata.Typed(
                TYPES + type, Buffer.buffer(fields.build().toByteArray()));
    }

    /** Encodes a {@code google.protobuf} wrapper message. */
    private static ByteString wrapped(long value) {
        UnknownFieldSet.Builder wrapper = UnknownFieldSet.newBuilder();
        // Encoders omit default values.
        if (value != 0) {
            wrapper.addField(
                    1, UnknownFieldSet.Field.newBuilder().addVarint(value).build());
        }
        return wrapper.build().toByteString();
    }
}
