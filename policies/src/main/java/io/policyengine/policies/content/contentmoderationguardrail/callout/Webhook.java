package io.policyengine.policies.content.contentmoderationguardrail.callout;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A webhook; docs/policies/contentModerationGuardrail.md specifies its request and response. */
public record Webhook() implements ModerationProtocol {
    /** Maximum number of ranges in one verdict of a webhook. */
    private static final int MAX_RANGES = 1_000;

    @Override
    public JsonNode question(Subject subject, List<ModerationInput> parts) {
        ObjectNode question = JsonNodeFactory.instance
                .objectNode()
                .put("request_id", subject.requestId())
                .put("phase", subject.isRequest() ? "request" : "response");
        ArrayNode texts = question.putArray("texts");
        parts.forEach(part -> texts.addObject().put("text", part.text()).put("path", part.path()));
        return question;
    }

    @Override
    public List<ModerationVerdict> verdicts(JsonNode answer, List<ModerationInput> parts)
            throws MalformedAnswerException {
        JsonNode verdicts = answer.path("verdicts");
        if (!verdicts.isArray() || verdicts.size() != parts.size()) {
            throw new MalformedAnswerException("it does not have one verdict for each text");
        }
        List<ModerationVerdict> told = new ArrayList<>(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            told.add(verdict(verdicts.get(i), parts.get(i).text()));
        }
        return List.copyOf(told);
    }

    private static ModerationVerdict verdict(JsonNode verdict, String text) throws MalformedAnswerException {
        return switch (verdict.path("action").asString("")) {
            case "allow" -> ModerationVerdict.GOOD;
            case "deny" -> new ModerationVerdict(true, true, List.of());
            case "mask" -> new ModerationVerdict(true, false, ranges(verdict.path("ranges"), text));
            default -> throw new MalformedAnswerException("the action of a verdict is not allow, deny or mask");
        };
    }

    private static List<ModerationVerdict.Range> ranges(JsonNode ranges, String text) throws MalformedAnswerException {
        int length = text.codePointCount(0, text.length());
        if (ranges.size() > MAX_RANGES || !(ranges.isArray() || ranges.isMissingNode())) {
            throw new MalformedAnswerException("the ranges of a verdict are not a list, or more than " + MAX_RANGES);
        }
        List<ModerationVerdict.Range> told = new ArrayList<>(ranges.size());
        for (JsonNode range : ranges) {
            int from = range.path("from").asInt(-1);
            int to = range.path("to").asInt(-1);
            if (from < 0 || to <= from || to > length) {
                throw new MalformedAnswerException("a range of a verdict lies outside of its text");
            }
            told.add(new ModerationVerdict.Range(from, to));
        }
        return told;
    }
}
