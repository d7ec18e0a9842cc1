package io.policyengine.policies.shared.clientkey;

import io.policyengine.core.http.CredentialFields;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.params.CanonicalDigest;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.cookie.Cookies;
import io.policyengine.policies.shared.digest.KeyDigest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of a key that distinguishes clients: the identity, and either the given request fields or every field that
 * may hold a credential or identify the client. Fields that proved the identity are omitted, since they add nothing to
 * it and may change with each request.
 */
public final class Asker {
    private static final String COOKIE = "cookie";

    /**
     * Claims that differ between the tokens of one client. They are defined by RFC 7519 §4.1, OpenID Connect Core 1.0
     * §2, Front-Channel Logout 1.0 §3, Microsoft Entra ID, Keycloak and Amazon Cognito.
     */
    private static final List<String> VOLATILE = List.of(
            "exp",
            "iat",
            "nbf",
            "jti",
            "auth_time",
            "nonce",
            "at_hash",
            "c_hash",
            "s_hash",
            "sid",
            "aio",
            "rh",
            "uti",
            "xms_ftd",
            "session_state",
            "event_id",
            "origin_jti");

    private final @Nullable List<String> fields;

    /**
     * Creates the key part.
     *
     * @param fields the fields that distinguish clients, in lower case; null for {@link CredentialFields} without those
     *     that proved the identity
     */
    public Asker(@Nullable List<String> fields) {
        this.fields = fields;
    }

    /** Adds the client's identity and identifying fields to a digest. */
    public void addTo(KeyDigest digest, RequestContext context) {
        Metadata metadata = context.metadata();
        HeaderMap headers = context.request().headers();
        addIdentity(digest, metadata);
        if (fields != null) {
            digest.addFields(fields, headers);
        } else {
            List<String> proof = Identity.proof(metadata);
            addCredentials(digest, headers, proof == null ? List.of() : proof);
        }
    }

    /**
     * Adds the identity with its issuer, authentication method, roles, scopes and lasting claims, since upstreams may
     * distinguish clients by these.
     */
    private static void addIdentity(KeyDigest digest, Metadata metadata) {
        String id = Identity.id(metadata);
        if (id == null) {
            digest.add("");
            return;
        }
        digest.add("i" + Octets.fromText(id)).add(Octets.fromText(Identity.issuer(metadata)));
        for (String key : List.of(Identity.METHOD, Identity.ROLES, Identity.SCOPES, Identity.CLAIMS)) {
            JsonNode part = metadata.get(key);
            digest.add(part == null ? "" : CanonicalDigest.of(lasting(part)));
        }
    }

    private static JsonNode lasting(JsonNode part) {
        return part instanceof ObjectNode claims && VOLATILE.stream().anyMatch(claims::has)
                ? claims.deepCopy().without(VOLATILE)
                : part;
    }

    private static void addCredentials(KeyDigest digest, HeaderMap headers, List<String> proof) {
        Set<String> names = new TreeSet<>();
        headers.forEach((name, _) -> {
            if (CredentialFields.distinguish(name) && !proof.contains(name)) {
                names.add(name);
            }
        });
        boolean hasCookies = names.remove(COOKIE);
        digest.addFields(List.copyOf(names), headers);
        HeaderMap left = hasCookies ? headers : HeaderMap.empty();
        for (String field : proof) {
            String cookie = Identity.cookieOf(field);
            left = cookie == null ? left : Cookies.without(left, cookie);
        }
        digest.addFields(List.of(COOKIE), left);
    }
}
