package io.policyengine.policies.ai.semanticcache.question;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for requests that may share a response: it must depend only on the content of the request.
 *
 * @param maxTemperature maximum temperature of admitted requests; null to admit any
 * @param withTools true to admit requests with tools
 * @param multiTurn true to admit conversations
 * @param shared true if clients share responses; then requests are not admitted if the provider stores their response
 *     for one client
 */
public record Fitness(@Nullable Double maxTemperature, boolean withTools, boolean multiTurn, boolean shared) {
    private static final double USUAL_TEMPERATURE = 1;

    /** Body members that refer to state at the provider, or to other sources. */
    private static final List<String> BEYOND =
            List.of("previous_response_id", "conversation", "container", "mcp_servers", "web_search_options", "audio");

    private static final List<String> TOOLS = List.of("tools", "functions", "toolConfig", "tool_config");

    /** Rejects a body whose response cannot be shared. */
    void require(ApiShape shape, JsonNode body) throws UnfitRequestException {
        for (String member : BEYOND) {
            if (isThere(body, member)) {
                throw new UnfitRequestException("stateful");
            }
        }
        boolean isHeld = shape == ApiShape.OPENAI_RESPONSES
                && shared
                && !(body.path("store").isBoolean() && !body.path("store").booleanValue());
        if (isHeld || body.path("background").asBoolean(false)) {
            throw new UnfitRequestException("stateful");
        }
        for (String member : TOOLS) {
            if (!withTools && isThere(body, member)) {
                throw new UnfitRequestException("tools");
            }
        }
        if (maxTemperature != null && temperature(shape, body) > maxTemperature) {
            throw new UnfitRequestException("temperature");
        }
    }

    private static boolean isThere(JsonNode body, String member) {
        JsonNode value = body.get(member);
        return value != null && !value.isNull() && !(value.isContainer() && value.isEmpty());
    }

    private static double temperature(ApiShape shape, JsonNode body) throws UnfitRequestException {
        JsonNode settings = switch (shape) {
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC -> body;
            case GEMINI ->
                body.has("generationConfig") ? body.path("generationConfig") : body.path("generation_config");
            case BEDROCK -> body.path("inferenceConfig");
        };
        JsonNode temperature = settings.path("temperature");
        if (temperature.isMissingNode() || temperature.isNull()) {
            return USUAL_TEMPERATURE;
        }
        if (!temperature.isNumber()) {
            throw new UnfitRequestException("temperature");
        }
        return temperature.decimalValue().doubleValue();
    }
}
