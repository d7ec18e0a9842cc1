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
 * The client's identity, as established by any authentication policy, under fixed metadata keys.
 *
 * @param id stable name of the user or consumer
 * @param method the authentication method: {@code api_key}, {@code basic}, {@code jwt}…
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

    /** Creates an identity without roles, scopes and claims. */
    public static Identity of(String id, String method) {
        return new Identity(id, method, List.of(), List.of(), JSON.objectNode());
    }

    /** True if the name is that of a part of an identity, as a metadata key or in an expression. */
    public static boolean isPart(String name) {
        return name.startsWith(PREFIX);
    }

    /** Returns the id of the authenticated client, or null. */
    public static @Nullable String id(Metadata metadata) {
        return metadata.text(ID);
    }

    /**
     * Returns the instructions that set this identity, under its own keys and under older keys, kept for compatibility
     * ({@code user_id}).
     */
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
