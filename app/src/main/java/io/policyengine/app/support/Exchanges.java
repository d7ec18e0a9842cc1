package io.policyengine.app.support;

import io.policyengine.app.command.CommandFailure;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A summary of recorded exchanges: without bodies, header fields, paths and addresses. */
final class Exchanges {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> SHOWN = List.of(
            "/request_id",
            "/arrived",
            "/kept",
            "/method",
            "/chosen/route_policy",
            "/chosen/generation",
            "/end/outcome",
            "/end/status",
            "/end/decided_by",
            "/end/code");

    private Exchanges() {}

    /**
     * Returns the summary of an answer of {@code GET /exchanges}.
     *
     * @throws CommandFailure if the answer is not JSON
     */
    static byte[] summary(byte[] answer) {
        try {
            ObjectNode summary = JSON.createObjectNode();
            ArrayNode exchanges = summary.putArray("exchanges");
            for (JsonNode exchange : JSON.readTree(answer).path("exchanges")) {
                ObjectNode shown = exchanges.addObject();
                for (String member : SHOWN) {
                    JsonNode value = exchange.at(member);
                    if (value.isValueNode()) {
                        shown.set(member.substring(member.lastIndexOf('/') + 1), value);
                    }
                }
            }
            return JSON.writeValueAsBytes(summary);
        } catch (JacksonException noJson) {
            throw CommandFailure.failed("the answer of GET /exchanges is not JSON");
        }
    }
}
