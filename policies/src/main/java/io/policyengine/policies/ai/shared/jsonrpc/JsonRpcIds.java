package io.policyengine.policies.ai.shared.jsonrpc;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Keeps the id of a JSON-RPC request for the response phase, which needs it to refuse the response. The id is bounded
 * in length.
 */
final class JsonRpcIds {
    /** The metadata key of the id of a request that has passed. */
    static final String KEY = "jsonrpc.id";

    /** Maximum length of an id as JSON, in characters; a refusal has null in place of a longer id. */
    static final int MAX_LENGTH = 256;

    private JsonRpcIds() {}

    /**
     * Returns the instructions. If the text is a single request whose id is not too long, an instruction that records
     * the id is added.
     */
    static List<RequestInstruction> noted(JsonRpcText text, List<RequestInstruction> instructions) {
        JsonNode id = text.id();
        if (id.isNull() || id.toString().length() > MAX_LENGTH) {
            return instructions;
        }
        List<RequestInstruction> all = new ArrayList<>(instructions);
        all.add(new SetMetadata(KEY, id));
        return List.copyOf(all);
    }

    /** Returns the id that the request phase recorded, or JSON null. */
    static JsonNode of(Metadata metadata) {
        return Objects.requireNonNullElse(metadata.get(KEY), NullNode.getInstance());
    }
}
