package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's {@code POST /v1/moderations}, which other providers implement as well.
 *
 * @param model the requested model; null for the server's default
 * @param categories the minimum score of a finding, by category; empty to use the server's own flag instead of scores
 */
public record OpenAiModerations(@Nullable String model, Map<String, Double> categories) implements ModerationProtocol {
    public OpenAiModerations {
        categories = Map.copyOf(categories);
    }

    @Override
    public JsonNode question(Subject subject, List<ModerationInput> parts) {
        ObjectNode question = JsonNodeFactory.instance.objectNode();
        if (model != null) {
            question.put("model", model);
        }
        ArrayNode input = question.putArray("input");
        parts.forEach(part -> input.add(part.text()));
        return question;
    }

    @Override
    public List<ModerationVerdict> verdicts(JsonNode answer, List<ModerationInput> parts)
            throws MalformedAnswerException {
        JsonNode results = answer.path("results");
        if (!results.isArray() || results.size() != parts.size()) {
            throw new MalformedAnswerException("it does not have one result for each input");
        }
        List<ModerationVerdict> verdicts = new ArrayList<>(parts.size());
        for (JsonNode result : results) {
            verdicts.add(isFound(result) ? ModerationVerdict.FOUND : ModerationVerdict.GOOD);
        }
        return List.copyOf(verdicts);
    }

    private boolean isFound(JsonNode result) throws MalformedAnswerException {
        if (categories.isEmpty()) {
            JsonNode flagged = result.path("flagged");
            if (!flagged.isBoolean()) {
                throw new MalformedAnswerException("a result does not state whether it is flagged");
            }
            return flagged.booleanValue();
        }
        boolean found = false;
        for (Map.Entry<String, Double> category : categories.entrySet()) {
            JsonNode score = result.path("category_scores").path(category.getKey());
            if (!score.isNumber()) {
                throw new MalformedAnswerException("a result has no score for " + category.getKey());
            }
            found |= score.doubleValue() >= category.getValue();
        }
        return found;
    }
}
