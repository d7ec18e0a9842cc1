package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Filters one JSON-RPC text of a server: a message or a batch. */
final class TextFilter {
    /** Maximum number of messages in a batch of JSON-RPC responses. */
    private static final int MAX_BATCH = 1_000;

    private static final String VERSION = "jsonrpc";
    private static final String RESULT = "result";

    private final MessageFilter filter;

    TextFilter(MessageFilter filter) {
        this.filter = filter;
    }

    sealed interface Left {
        record All() implements Left {}

        record Other(Buffer text) implements Left {}

        /** The result of filtering a text of which every message was removed. */
        record Nothing() implements Left {}
    }

    private static final Left ALL = new Left.All();
    private static final Left NOTHING = new Left.Nothing();

    /** Filters a text, which must be a message or a batch. */
    Left filter(byte[] text, StopSignal stop) throws JsonRpcFault {
        JsonNode node = JsonRpcText.json(text, stop);
        if (node.isArray()) {
            return batch(node);
        }
        Optional<MessageFilter.Fate> document =
                node instanceof ObjectNode object ? filter.judgeDocument(object) : Optional.empty();
        return left(document.isPresent() ? document.get() : filter.judge(JsonRpcMessage.of(node)));
    }

    /**
     * Filters a text that may be JSON other than a message. An object that has neither {@code jsonrpc} nor {@code
     * result} passes.
     *
     * @throws JsonRpcFault if the text is not JSON, or is an invalid message
     */
    Left filterAnyJson(byte[] text, StopSignal stop) throws JsonRpcFault {
        JsonNode node = JsonRpcText.json(text, stop);
        boolean claims = node.isArray()
                || node.has(VERSION)
                || node.has(RESULT)
                || (node.isObject() && JsonRpcMessage.hasDisguised(node, VERSION, RESULT));
        return claims ? filter(text, stop) : ALL;
    }

    private static Left left(MessageFilter.Fate fate) {
        return switch (fate) {
            case MessageFilter.Fate.Passes() -> ALL;
            case MessageFilter.Fate.Replaced(var by) -> new Left.Other(Buffer.buffer(bytes(by)));
            case MessageFilter.Fate.Dropped() -> NOTHING;
        };
    }

    private Left batch(JsonNode node) throws JsonRpcFault {
        if (node.isEmpty() || node.size() > MAX_BATCH) {
            throw new JsonRpcFault(JsonRpcError.INVALID_REQUEST, "a batch has 1 to " + MAX_BATCH + " messages");
        }
        boolean same = true;
        ArrayNode left = JsonNodeFactory.instance.arrayNode();
        for (JsonNode element : node) {
            switch (filter.judge(JsonRpcMessage.of(element))) {
                case MessageFilter.Fate.Passes() -> left.add(element);
                case MessageFilter.Fate.Replaced(var by) -> {
                    left.add(by);
                    same = false;
                }
                case MessageFilter.Fate.Dropped() -> same = false;
            }
        }
        return same ? ALL : left.isEmpty() ? NOTHING : new Left.Other(Buffer.buffer(bytes(left)));
    }

    private static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
