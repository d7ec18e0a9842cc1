package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.policies.ai.shared.accessrules.NameList;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage.Call;
import io.policyengine.policies.content.shared.textmatch.AsSeen;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

final class McpCallJudge {
    static final String CALL_TOOL = "tools/call";
    static final String GET_PROMPT = "prompts/get";
    static final String READ_RESOURCE = "resources/read";
    static final String SUBSCRIBE = "resources/subscribe";
    static final String UNSUBSCRIBE = "resources/unsubscribe";
    private static final String COMPLETE = "completion/complete";
    private static final String LISTEN = "subscriptions/listen";

    /** MCP methods whose parameters name a tool, prompt or resource that may be denied. */
    private static final String[] GUARDED = {
        CALL_TOOL, GET_PROMPT, READ_RESOURCE, SUBSCRIBE, UNSUBSCRIBE, COMPLETE, LISTEN
    };

    /** Maximum number of characters in the name of an MCP tool or prompt; MCP permits 128. */
    static final int MAX_NAME = 256;

    private static final String NAME = "name";
    private static final String URI = "uri";
    private static final String REF = "ref";

    private final McpGrants grants;
    private final Optional<PinnedTools> pinned;

    McpCallJudge(McpGrants grants, Optional<PinnedTools> pinned) {
        this.grants = grants;
        this.pinned = pinned;
    }

    /** Returns the reason to refuse a message; empty if the message may pass. */
    Optional<McpRefusal> judge(JsonRpcMessage message) {
        return message instanceof Call call ? judge(call) : Optional.empty();
    }

    private Optional<McpRefusal> judge(Call call) {
        String method = call.method();
        if (!grants.methods().admits(method) || AsSeen.isDisguised(method, GUARDED)) {
            return Optional.of(McpRefusal.METHOD_DENIED);
        }
        JsonNode params = call.params();
        return switch (method) {
            case CALL_TOOL ->
                named(params, grants.tools(), McpRefusal.TOOL_DENIED)
                        .or(() -> pinned.flatMap(
                                tools -> tools.call(params.path(NAME).stringValue())));
            case GET_PROMPT -> named(params, grants.prompts(), McpRefusal.PROMPT_DENIED);
            case READ_RESOURCE, SUBSCRIBE, UNSUBSCRIBE -> resource(params);
            case COMPLETE -> reference(params);
            case LISTEN -> subscriptions(params);
            default -> Optional.empty();
        };
    }

    private static Optional<McpRefusal> named(JsonNode params, NameList names, McpRefusal denied) {
        JsonNode name = params.path(NAME);
        if (!name.isString() || JsonRpcMessage.hasDisguised(params, NAME)) {
            return Optional.of(McpRefusal.PARAMS_UNREADABLE);
        }
        String text = name.stringValue();
        return text.length() <= MAX_NAME && names.admits(text) ? Optional.empty() : Optional.of(denied);
    }

    private Optional<McpRefusal> resource(JsonNode params) {
        JsonNode uri = params.path(URI);
        if (!uri.isString() || JsonRpcMessage.hasDisguised(params, URI)) {
            return Optional.of(McpRefusal.PARAMS_UNREADABLE);
        }
        return grants.resources().admits(uri.stringValue())
                ? Optional.empty()
                : Optional.of(McpRefusal.RESOURCE_DENIED);
    }

    private Optional<McpRefusal> reference(JsonNode params) {
        JsonNode ref = params.path(REF);
        if (!ref.isObject() || JsonRpcMessage.hasDisguised(params, REF) || JsonRpcMessage.hasDisguised(ref, "type")) {
            return Optional.of(McpRefusal.PARAMS_UNREADABLE);
        }
        JsonNode type = ref.path("type");
        return switch (type.isString() ? type.stringValue() : "") {
            case "ref/prompt" -> named(ref, grants.prompts(), McpRefusal.PROMPT_DENIED);
            case "ref/resource" -> resource(ref);
            default -> Optional.of(McpRefusal.PARAMS_UNREADABLE);
        };
    }

    private Optional<McpRefusal> subscriptions(JsonNode params) {
        JsonNode wanted = params.path("notifications");
        if (JsonRpcMessage.hasDisguised(params, "notifications")
                || JsonRpcMessage.hasDisguised(wanted, "resourceSubscriptions")) {
            return Optional.of(McpRefusal.PARAMS_UNREADABLE);
        }
        for (JsonNode uri : wanted.path("resourceSubscriptions")) {
            if (!uri.isString() || !grants.resources().admits(uri.stringValue())) {
                return Optional.of(McpRefusal.RESOURCE_DENIED);
            }
        }
        return Optional.empty();
    }
}
