package io.policyengine.policies.authentication.shared.identity;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that carry the client's identity to the upstream. Values that clients send in these fields are
 * always removed.
 *
 * <p>The engine removes the fields even if it does not see them in the request: Envoy may hide fields from the engine
 * ({@code forward_rules}) and still send them upstream.
 */
public final class IdentityHeaders {
    /** The field for the id of the user or consumer. */
    public static final String USER_ID = "x-user-id";

    public static final String USER_EMAIL = "x-user-email";

    /**
     * The field for the user's tier. No policy sets it, but values sent by clients are removed, since upstreams may
     * trust it.
     */
    public static final String USER_TIER = "x-user-tier";
    /**
     * All identity fields. The engine removes them from client requests, even if the authenticating entry does not run.
     */
    public static final List<String> ALL = List.of(USER_ID, USER_EMAIL, USER_TIER);

    private static final Future<RequestOutcome> REMOVE =
            RequestOutcome.proceed(List.of(new RemoveHeader(USER_ID), new RemoveHeader(USER_EMAIL)));

    private IdentityHeaders() {}

    /**
     * Passes a request without a credential. Identity fields are removed unless an earlier policy has set an identity.
     */
    public static Future<RequestOutcome> passWithoutCredential(Metadata metadata) {
        return Identity.id(metadata) == null ? REMOVE : RequestOutcome.unchanged();
    }

    /** Returns, as a mutable list, the instructions that store the identity in the metadata and send it upstream. */
    public static List<RequestInstruction> announce(Identity identity) {
        List<RequestInstruction> instructions = new ArrayList<>(identity.instructions());
        instructions.add(SetHeader.ofText(USER_ID, identity.id()));
        instructions.add(new RemoveHeader(USER_EMAIL));
        return instructions;
    }

    /** Returns the reason why ids cannot begin with this prefix; null if they can. */
    public static @Nullable String faultOfPrefix(String prefix) {
        return prefix.isEmpty() || isLegalId(prefix + "a")
                ? null
                : "a prefix must have no control characters and must not begin with a blank: it becomes part of"
                        + " X-User-ID";
    }

    /**
     * Returns whether the id is a legal header value: not empty, and without control characters and surrounding blanks.
     */
    public static boolean isLegalId(String id) {
        return !id.isEmpty() && id.equals(id.strip()) && FieldRules.isFieldValue(Octets.fromText(id));
    }
}
