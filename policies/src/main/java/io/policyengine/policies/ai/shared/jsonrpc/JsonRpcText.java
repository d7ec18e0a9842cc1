package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A JSON-RPC text: a message or a batch.
 *
 * @param isBatch true if it is an array, even of one message
 */
public record JsonRpcText(boolean isBatch, List<JsonRpcMessage> messages) {
    public JsonRpcText {
        messages = List.copyOf(messages);
    }

    /**
     * Parses a text.
     *
     * @param maxBatch maximum number of messages in a batch; 0 to forbid batches
     * @throws JsonRpcFault if the text is not JSON in UTF-8, begins with a byte order mark, has a duplicate name, or is not a message or batch
     */
    public static JsonRpcText read(byte[] text, int maxBatch, StopSignal stop) throws JsonRpcFault {
        JsonNode node = json(text, stop);
        if (!node.isArray()) {
            return new JsonRpcText(false, List.of(JsonRpcMessage.of(node)));
        }
        if (node.isEmpty() || node.size() > maxBatch) {
            throw new JsonRpcFault(
                    JsonRpcError.INVALID_REQUEST,
                    maxBatch == 0 ? "batches are not accepted" : "a batch has 1 to " + maxBatch + " messages");
        }
        List<JsonRpcMessage> messages = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            messages.add(JsonRpcMessage.of(element));
        }
        return new JsonRpcText(true, messages);
    }

    /** Returns the id of the only request; JSON null for a batch, and for a message that is not a request. */
    public JsonNode id() {
        return !isBatch && messages.getFirst() instanceof JsonRpcMessage.Request request
                ? request.id()
                : NullNode.getInstance();
    }

    /**
     * Parses the JSON of a text.
     *
     * @throws JsonRpcFault if the JSON is invalid, or other readers may interpret it differently
     */
    public static JsonNode json(byte[] text, StopSignal stop) throws JsonRpcFault {
        try {
            return JsonTexts.read(text, stop);
        } catch (JsonFault fault) {
            throw new JsonRpcFault(JsonRpcError.PARSE_ERROR, because(fault.kind()));
        }
    }

    private static String because(JsonFault.Kind kind) {
        return switch (kind) {
            case DUPLICATE -> "a name occurs twice in an object";
            case DEPTH -> "the JSON nests too deep";
            case MALFORMED -> "the text is not JSON in UTF-8";
            case MEMBERS, ELEMENTS, STRING, NAME, NUMBER ->
                "the JSON has too many values, or a name, string or number that is too long";
        };
    }
}
