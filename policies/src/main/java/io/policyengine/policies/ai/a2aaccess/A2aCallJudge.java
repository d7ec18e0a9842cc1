package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcText;
import io.policyengine.policies.ai.shared.jsonrpc.MessageRefusal;
import io.policyengine.policies.ai.shared.jsonrpc.RequestJudge;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

record A2aCallJudge(A2aGrants grants) implements RequestJudge {
    private static final String METHOD = "a2a.method";
    private static final String METADATA = "metadata";
    private static final String MESSAGE = "message";

    /** Maximum length of an A2A method in metadata, in characters; longer names are truncated. */
    private static final int MAX_TOLD = 256;

    /**
     * Members of a message's metadata by which agents let a client choose a skill. The protocol itself defines no such
     * member.
     */
    private static final String[] SKILLS = {"skillId", "skill_id", "skill"};

    @Override
    public Optional<ImmediateResponse> asAWhole(JsonRpcText text) {
        return Optional.empty();
    }

    @Override
    public Optional<MessageRefusal> message(JsonRpcMessage message) {
        if (!(message instanceof JsonRpcMessage.Call call)) {
            return Optional.empty();
        }
        if (!grants.methods().admits(call.method())) {
            return Optional.of(A2aRefusal.METHOD_DENIED);
        }
        JsonNode params = call.params();
        JsonNode sent = params.path(MESSAGE);
        if (JsonRpcMessage.hasDisguised(params, METADATA, MESSAGE) || JsonRpcMessage.hasDisguised(sent, METADATA)) {
            return Optional.of(A2aRefusal.PARAMS_UNREADABLE);
        }
        return skill(params.path(METADATA)).or(() -> skill(sent.path(METADATA)));
    }

    private Optional<MessageRefusal> skill(JsonNode metadata) {
        if (grants.skills().admitsAll()) {
            return Optional.empty();
        }
        if (JsonRpcMessage.hasDisguised(metadata, SKILLS)) {
            return Optional.of(A2aRefusal.PARAMS_UNREADABLE);
        }
        for (String name : SKILLS) {
            JsonNode skill = metadata.path(name);
            boolean admitted = skill.isString() && grants.skills().admits(skill.stringValue());
            if (metadata.has(name) && !admitted) {
                return Optional.of(A2aRefusal.SKILL_DENIED);
            }
        }
        return Optional.empty();
    }

    @Override
    public List<RequestInstruction> told(JsonRpcText text) {
        if (text.messages().size() == 1 && text.messages().getFirst() instanceof JsonRpcMessage.Call call) {
            String method = call.method();
            return List.of(new SetMetadata(
                    METHOD, StringNode.valueOf(method.substring(0, Math.min(method.length(), MAX_TOLD)))));
        }
        return List.of();
    }
}
