package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.policy.EnvoyMetadata;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token usage of a response.
 *
 * @param model model that responded; null if unknown
 * @param input input tokens, including cached ones; -1 if unknown
 * @param cached input tokens read from a cache; -1 if unknown
 * @param output output tokens, including reasoning; -1 if unknown
 * @param outputSoFar output tokens or, if unknown, the output tokens reported at the start of a stream; -1 if both are
 *     unknown
 * @param total input and output tokens; -1 if unknown
 * @param textBytes octets of the texts sent to the client, in UTF-8
 */
public record Usage(
        @Nullable String model, long input, long cached, long output, long outputSoFar, long total, long textBytes) {
    /** Metadata namespace in which Envoy states the token usage that it has read. */
    public static final String ENVOY_NAMESPACE = "envoy.ai.token_usage";

    private static final long COMPLETE = 1;

    public static final Usage NONE = new Usage(null, -1, -1, -1, -1, -1, 0);

    /** Returns the usage that Envoy has read ({@code envoy.data.ai.v3.TokenUsage}); empty if it is incomplete. */
    public static Optional<Usage> ofEnvoy(EnvoyMetadata metadata) {
        Map<String, Object> fields = metadata.fields(ENVOY_NAMESPACE);
        if (number(fields, "extraction_status") != COMPLETE) {
            return Optional.empty();
        }
        String model = fields.get("model") instanceof String name && !name.isEmpty() ? name : null;
        long cached =
                fields.get("input_token_details") instanceof Map<?, ?> details ? number(details, "cached_tokens") : -1;
        long output = number(fields, "output_tokens");
        return Optional.of(new Usage(
                model, number(fields, "input_tokens"), cached, output, output, number(fields, "total_tokens"), 0));
    }

    private static long number(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Long number ? number : -1;
    }
}
