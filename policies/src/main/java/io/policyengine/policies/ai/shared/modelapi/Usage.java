package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.policy.EnvoyMetadata;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token usage of a response.
 *
 * @param model null if unknown
 * @param input tokens, including cached ones; -1 if unknown
 * @param cached tokens of the input from a cache; -1 if unknown
 * @param output tokens, including reasoning; -1 if unknown
 * @param outputSoFar the same, or if unknown the initial output; -1 if both are unknown
 * @param total tokens, -1 if it is neither reported nor the sum of the two
 * @param textBytes octets of texts sent to the client, in UTF-8
 */
public record Usage(
        @Nullable String model, long input, long cached, long output, long outputSoFar, long total, long textBytes) {
    /** The metadata in which Envoy leaves what it has read in an answer. */
    public static final String ENVOY_NAMESPACE = "envoy.ai.token_usage";

    private static final long COMPLETE = 1;

    /** Empty usage. */
    public static final Usage NONE = new Usage(null, -1, -1, -1, -1, -1, 0);

    /**
     * The use as Envoy has read it ({@code envoy.data.ai.v3.TokenUsage}); empty where it did not come, or where Envoy has not read all of it.
     */
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
