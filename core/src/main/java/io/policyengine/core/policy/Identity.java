package io.policyengine.core.policy;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetMetadata;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The client's identity, as an authenticating policy found it out: fixed metadata keys, so that later policies need not know which policy it was.
 *
 * @param id stable name of the user or consumer
 * @param method how it was proved: {@code api_key}, {@code basic}, {@code jwt}…
 * @param claims further attributes
 */
public record Identity(String id, String method, List<String> roles, List<String> scopes, ObjectNode claims) {
    /** Metadata key of the id. */
    public static final String ID = "identity.id";
    /** Metadata key of the method. */
    public static final String METHOD = "identity.method";
    /** Metadata key of the roles, an array. */
    public static final String ROLES = "identity.roles";
    /** Metadata key of the scopes, an array. */
    public static final String SCOPES = "identity.scopes";
    /** Metadata key of the claims, an object. */
    public static final String CLAIMS = "identity.claims";

    private static final String PREFIX = "identity.";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** An identity without roles and scopes. */
    public static Identity of(String id, String method) {
        return new Identity(id, method, List.of(), List.of(), JSON.objectNode());
    }

    /** True if this is the name of a part of an identity: a metadata key, or a name in an expression. */
    public static boolean isPart(String name) {
        return name.startsWith(PREFIX);
    }

    /** Returns the id of the authenticated client, or null. */
    public static @Nullable String id(Metadata metadata) {
        return metadata.text(ID);
    }

    /** Leaves this identity, under its own keys and under the compatible {@code auth_method}, {@code user_id}, {@code user_tier}. */
    public List<RequestInstruction> instructions() {
        JsonNode tier = claims.get("tier");
        List<RequestInstruction> set = new java.util.ArrayList<>(8);
        set.add(new SetMetadata(ID, JSON.stringNode(id)));
        set.add(new SetMetadata(METHOD, JSON.stringNode(method)));
        set.add(new SetMetadata(ROLES, array(roles)));
        set.add(new SetMetadata(SCOPES, array(scopes)));
        set.add(new SetMetadata(CLAIMS, claims));
        set.add(new SetMetadata("auth_method", JSON.stringNode(method)));
        set.add(new SetMetadata("user_id", JSON.stringNode(id)));
        if (tier != null) {
            set.add(new SetMetadata("user_tier", tier));
        }
        return set;
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = JSON.arrayNode(texts.size());
        texts.forEach(array::add);
        return array;
    }
}
