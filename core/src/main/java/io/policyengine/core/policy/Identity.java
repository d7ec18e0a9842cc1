package io.policyengine.core.policy;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The client's identity, which any authentication policy can establish. Its metadata keys are fixed.
 *
 * <p>An outcome that sets {@link #ID} announces an identity, which replaces the former identity as a whole. {@link
 * Metadata} drops all parts of the former identity, and the engine removes its {@link IdentityFields} from the request.
 * An id that is JSON's null or an empty text only removes the former identity.
 *
 * @param id name of the user or consumer, stable and unique among the ids of the issuer
 * @param issuer the party that vouches for the id, such as the issuer of a token; empty if the operator configured the
 *     id
 * @param method the authentication method: {@code api_key}, {@code basic}, {@code jwt}…
 * @param claims further attributes
 */
public record Identity(
        String id, String issuer, String method, List<String> roles, List<String> scopes, ObjectNode claims) {
    /** Metadata key of the id. */
    public static final String ID = "identity.id";
    /** Metadata key of the issuer; absent if the operator configured the id. */
    public static final String ISSUER = "identity.issuer";
    /**
     * Metadata key of the proof, an array: the request fields that proved the identity. A field is written as its name
     * in lower case, {@code cookie:NAME} or {@code query:NAME}.
     */
    public static final String PROOF = "identity.proof";
    /** Metadata key of the method. */
    public static final String METHOD = "identity.method";
    /** Metadata key of the roles, an array. */
    public static final String ROLES = "identity.roles";
    /** Metadata key of the scopes, an array. */
    public static final String SCOPES = "identity.scopes";
    /** Metadata key of the claims, an object. */
    public static final String CLAIMS = "identity.claims";

    /** The older metadata key of the method, kept for compatibility. */
    private static final String AUTH_METHOD = "auth_method";

    private static final String USER_ID = "user_id";
    private static final String USER_TIER = "user_tier";

    private static final String COOKIE = "cookie:";
    private static final String PREFIX = "identity.";
    private static final Set<String> COMPATIBLE = Set.of(AUTH_METHOD, USER_ID, USER_TIER);

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Returns the element of {@link #PROOF} that denotes a cookie. */
    public static String cookieProof(String name) {
        return COOKIE + name;
    }

    /** Returns the element of {@link #PROOF} that denotes a query parameter. */
    public static String queryProof(String name) {
        return "query:" + name;
    }

    /** Returns the name of the cookie that an element of {@link #PROOF} denotes, or null. */
    public static @Nullable String cookieOf(String proof) {
        return proof.startsWith(COOKIE) ? proof.substring(COOKIE.length()) : null;
    }

    /** Returns whether the instructions write the request field of an element of {@link #PROOF}. */
    static boolean isWritten(String proof, List<?> instructions) {
        String name = proof.startsWith(COOKIE) ? "cookie" : proof;
        for (int i = 0; i < instructions.size(); i++) {
            Object instruction = instructions.get(i);
            boolean writes = instruction instanceof SetHeader || instruction instanceof AppendHeader;
            if (writes && ((HeaderInstruction) instruction).name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Creates an identity whose id the operator configured. */
    public Identity(String id, String method, List<String> roles, List<String> scopes, ObjectNode claims) {
        this(id, "", method, roles, scopes, claims);
    }

    /** Creates an identity without roles, scopes and claims, whose id the operator configured. */
    public static Identity of(String id, String method) {
        return new Identity(id, method, List.of(), List.of(), JSON.objectNode());
    }

    /** Returns whether the name denotes a part of an identity, as a metadata key or in an expression. */
    public static boolean isPart(String name) {
        return name.startsWith(PREFIX);
    }

    /** Returns whether the metadata key holds a part of an identity, under its current name or an older one. */
    public static boolean isHeldBy(String key) {
        return isPart(key) || COMPATIBLE.contains(key);
    }

    /** Returns whether the instructions of an outcome announce an identity, which replaces the former one. */
    public static boolean isAnnouncedBy(List<?> instructions) {
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof SetMetadata(String key, JsonNode _) && key.equals(ID)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether this metadata is an empty id: JSON's null or an empty text. */
    static boolean isEmptyId(String key, JsonNode value) {
        return key.equals(ID)
                && (value.isNull() || (value.isString() && value.stringValue().isEmpty()));
    }

    /** Returns the id of the authenticated client, or null. */
    public static @Nullable String id(Metadata metadata) {
        return metadata.text(ID);
    }

    /** Returns the issuer of the identity; empty if there is no identity, or the operator configured its id. */
    public static String issuer(Metadata metadata) {
        String issuer = metadata.text(ISSUER);
        return issuer == null ? "" : issuer;
    }

    /** Returns the request fields that proved the identity, as written in {@link #PROOF}; null if they are unknown. */
    public static @Nullable List<String> proof(Metadata metadata) {
        JsonNode proof = metadata.get(PROOF);
        return proof == null || !proof.isArray()
                ? null
                : proof.valueStream().map(JsonNode::asString).toList();
    }

    /**
     * Returns the instruction that states which request fields proved the identity announced by the same outcome.
     * Keys that distinguish clients, such as cache keys, contain the identity but not these fields.
     */
    public static SetMetadata provenBy(List<String> fields) {
        return new SetMetadata(PROOF, array(fields));
    }

    /**
     * Returns the instructions that set this identity, under its own keys and under older keys, kept for compatibility
     * ({@code user_id}).
     */
    public List<RequestInstruction> instructions() {
        JsonNode tier = claims.get("tier");
        List<RequestInstruction> set = new ArrayList<>(9);
        set.add(new SetMetadata(ID, JSON.stringNode(id)));
        if (!issuer.isEmpty()) {
            set.add(new SetMetadata(ISSUER, JSON.stringNode(issuer)));
        }
        set.add(new SetMetadata(METHOD, JSON.stringNode(method)));
        set.add(new SetMetadata(ROLES, array(roles)));
        set.add(new SetMetadata(SCOPES, array(scopes)));
        set.add(new SetMetadata(CLAIMS, claims));
        set.add(new SetMetadata(AUTH_METHOD, JSON.stringNode(method)));
        set.add(new SetMetadata(USER_ID, JSON.stringNode(id)));
        if (tier != null) {
            set.add(new SetMetadata(USER_TIER, tier));
        }
        return set;
    }

    private static ArrayNode array(List<String> texts) {
        ArrayNode array = JSON.arrayNode(texts.size());
        texts.forEach(array::add);
        return array;
    }
}
