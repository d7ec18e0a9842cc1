package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.http.QueryString;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcCode;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcError;
import io.policyengine.policies.ai.shared.jsonrpc.JsonRpcMessage;
import io.policyengine.policies.ai.shared.jsonrpc.MessageFilter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Filters an agent's responses, and rewrites its cards: the public card is a document, the extended card a JSON-RPC
 * result. Signatures of a changed card are removed, since they would be invalid.
 */
final class CardJudge implements MessageFilter {
    private static final List<String> PATHS = List.of("/.well-known/agent-card.json", "/.well-known/agent.json");
    private static final String SKILLS = "skills";
    private static final String URL = "url";
    private static final String[] MEMBERS = {SKILLS, URL, "additionalInterfaces", "supportedInterfaces"};
    private static final List<String> INTERFACES = List.of("additionalInterfaces", "supportedInterfaces");
    /** Card members that name the protocol of an interface, in A2A 0.3 and 1.0. */
    private static final List<String> PROTOCOLS = List.of("transport", "protocolBinding");

    private final A2aGrants grants;
    private final Optional<String> url;
    private final boolean isCard;
    private final String requestId;

    /**
     * Creates a judge.
     *
     * @param isCard true if the response must be a card, not a message
     * @param requestId the engine's id of the request
     */
    CardJudge(A2aGrants grants, Optional<String> url, boolean isCard, String requestId) {
        this.grants = grants;
        this.url = url;
        this.isCard = isCard;
        this.requestId = requestId;
    }

    /** Returns whether a request target is that of an agent's card, regardless of the path's prefix. */
    static boolean isCard(String target) {
        String path = QueryString.pathOf(target);
        return PATHS.stream().anyMatch(path::endsWith);
    }

    @Override
    public Optional<Fate> judgeDocument(ObjectNode object) {
        if (!isCard) {
            return Optional.empty();
        }
        return Optional.of(
                JsonRpcMessage.hasDisguised(object, MEMBERS)
                        ? Fate.DROPPED
                        : rewritten(object).<Fate>map(Fate.Replaced::new).orElse(Fate.PASSES));
    }

    @Override
    public Fate judge(JsonRpcMessage message) {
        if (!(message instanceof JsonRpcMessage.Result(JsonNode id, ObjectNode result))) {
            return Fate.PASSES;
        }
        if (JsonRpcMessage.hasDisguised(result, SKILLS)) {
            return new Fate.Replaced(JsonRpcError.INTERNAL_ERROR.message(
                    id, "The agent's answer cannot be read", JsonRpcCode.ANSWER_UNREADABLE, requestId));
        }
        return result.has(SKILLS)
                ? rewritten(result)
                        .<Fate>map(card -> new Fate.Replaced(message(id, card)))
                        .orElse(Fate.PASSES)
                : Fate.PASSES;
    }

    private static ObjectNode message(JsonNode id, ObjectNode result) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("jsonrpc", JsonRpcMessage.VERSION).set("id", id);
        message.set("result", result);
        return message;
    }

    /**
     * Returns a copy of the card with only the caller's skills and with the configured URL; empty if nothing changes.
     */
    private Optional<ObjectNode> rewritten(ObjectNode card) {
        ObjectNode changed = card.deepCopy();
        if (card.has(SKILLS)) {
            ArrayNode skills = changed.putArray(SKILLS);
            for (JsonNode skill : card.path(SKILLS)) {
                if (admits(skill)) {
                    skills.add(skill);
                }
            }
        }
        url.ifPresent(own -> readdress(card, changed, own));
        if (changed.equals(card)) {
            return Optional.empty();
        }
        changed.remove("signatures");
        return Optional.of(changed);
    }

    private boolean admits(JsonNode skill) {
        JsonNode id = skill.path("id");
        return id.isString()
                && !JsonRpcMessage.hasDisguised(skill, "id")
                && grants.skills().admits(id.stringValue());
    }

    /** Replaces the agent's URLs by the configured URL, and removes interfaces other than JSON-RPC. */
    private static void readdress(ObjectNode card, ObjectNode changed, String own) {
        if (card.has(URL)) {
            changed.put(URL, own);
            if (card.has("preferredTransport")) {
                changed.put("preferredTransport", "JSONRPC");
            }
        }
        for (String name : INTERFACES) {
            if (card.has(name)) {
                ArrayNode interfaces = changed.putArray(name);
                for (JsonNode each : card.path(name)) {
                    if (each instanceof ObjectNode object && isJsonRpc(object)) {
                        interfaces.add(object.deepCopy().put(URL, own));
                    }
                }
            }
        }
    }

    private static boolean isJsonRpc(ObjectNode each) {
        return PROTOCOLS.stream()
                .map(each::path)
                .anyMatch(protocol -> protocol.isString()
                        && protocol.stringValue().toUpperCase(Locale.ROOT).equals("JSONRPC"));
    }
}
