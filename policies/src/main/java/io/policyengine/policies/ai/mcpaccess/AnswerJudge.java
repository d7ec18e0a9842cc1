package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.MessageFilter;
import io.policyengine.policies.content.shared.textmatch.AsSeen;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filters the messages of an MCP server in one exchange. Lists are recognized by their content, not by the request. So
 * lists in a resumed stream and lists that were not requested are filtered as well.
 */
final class AnswerJudge implements MessageFilter {
    private static final String UPDATED = "notifications/resources/updated";
    private static final String TOOLS = "tools";
    private static final String PROMPTS = "prompts";
    private static final String RESOURCES = "resources";
    private static final String TEMPLATES = "resourceTemplates";
    private static final String[] LISTS = {TOOLS, PROMPTS, RESOURCES, TEMPLATES};
    private static final String CACHE_SCOPE = "cacheScope";

    private final McpGrants grants;
    private final ToolListJudge tools;
    private final boolean differs;
    private final String requestId;

    /**
     * Creates a judge.
     *
     * @param differs true if callers may have different grants
     * @param requestId the engine's id of the request
     */
    AnswerJudge(McpGrants grants, ToolListJudge tools, boolean differs, String requestId) {
        this.grants = grants;
        this.tools = tools;
        this.differs = differs;
        this.requestId = requestId;
    }

    @Override
    public Fate judge(JsonRpcMessage message) {
        return switch (message) {
            case JsonRpcMessage.Request(var _, String method, var _) ->
                grants.methods().admits(method) ? Fate.PASSES : Fate.DROPPED;
            case JsonRpcMessage.Notification(String method, JsonNode params) -> notification(method, params);
            case JsonRpcMessage.Failure(var _, var _) -> Fate.PASSES;
            case JsonRpcMessage.Result(JsonNode id, JsonNode result) -> result(id, result);
        };
    }

    private Fate notification(String method, JsonNode params) {
        if (!grants.methods().admits(method) || AsSeen.isDisguised(method, UPDATED)) {
            return Fate.DROPPED;
        }
        return method.equals(UPDATED) && !admitsResource(params, "uri") ? Fate.DROPPED : Fate.PASSES;
    }

    private Fate result(JsonNode id, JsonNode result) {
        if (!(result instanceof ObjectNode object)) {
            return Fate.PASSES;
        }
        if (JsonRpcMessage.hasDisguised(result, LISTS)) {
            return unreadable(id);
        }
        if (Arrays.stream(LISTS).noneMatch(object::has)) {
            return Fate.PASSES;
        }
        ObjectNode left = object.deepCopy();
        boolean changed = false;
        for (String list : LISTS) {
            JsonNode items = object.path(list);
            if (items.isMissingNode()) {
                continue;
            }
            if (!(items instanceof ArrayNode all)) {
                return unreadable(id);
            }
            Optional<ArrayNode> kept = kept(list, all);
            if (kept.isEmpty()) {
                return new Fate.Replaced(JsonRpcError.INTERNAL_ERROR.message(
                        id, "The server's tools differ from the pinned ones", McpCode.TOOLS_DENIED, requestId));
            }
            if (kept.get().size() != all.size()) {
                left.set(list, kept.get());
                changed = true;
            }
            changed |= isPrivateNow(left);
        }
        return changed ? new Fate.Replaced(message(id, left)) : Fate.PASSES;
    }

    /** Returns the permitted items; empty if the whole list is denied. */
    private Optional<ArrayNode> kept(String list, ArrayNode all) {
        return switch (list) {
            case TOOLS -> tools.kept(all);
            case PROMPTS -> Optional.of(those(all, prompt -> admitsPrompt(prompt)));
            case RESOURCES -> Optional.of(those(all, resource -> admitsResource(resource, "uri")));
            default -> Optional.of(those(all, template -> admitsResource(template, "uriTemplate")));
        };
    }

    private static ArrayNode those(ArrayNode all, Predicate<JsonNode> admitted) {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        all.valueStream().filter(admitted).forEach(kept::add);
        return kept;
    }

    private boolean admitsPrompt(JsonNode prompt) {
        JsonNode name = prompt.path("name");
        return name.isString()
                && !JsonRpcMessage.hasDisguised(prompt, "name")
                && grants.prompts().admits(name.stringValue());
    }

    private boolean admitsResource(JsonNode resource, String member) {
        JsonNode uri = resource.path(member);
        return uri.isString()
                && !JsonRpcMessage.hasDisguised(resource, member)
                && grants.resources().admits(uri.stringValue());
    }

    /**
     * Changes a result's cache scope from public to private if callers may have different grants (MCP 2026-07-28);
     * returns whether the scope has changed.
     */
    private boolean isPrivateNow(ObjectNode result) {
        JsonNode scope = result.path(CACHE_SCOPE);
        if (!differs || !scope.isString() || !scope.stringValue().equals("public")) {
            return false;
        }
        result.put(CACHE_SCOPE, "private");
        return true;
    }

    private Fate unreadable(JsonNode id) {
        return new Fate.Replaced(JsonRpcError.INTERNAL_ERROR.message(
                id, "The server's answer cannot be read", JsonRpcCode.ANSWER_UNREADABLE, requestId));
    }

    private static ObjectNode message(JsonNode id, ObjectNode result) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("jsonrpc", JsonRpcMessage.VERSION).set("id", id);
        message.set("result", result);
        return message;
    }
}
