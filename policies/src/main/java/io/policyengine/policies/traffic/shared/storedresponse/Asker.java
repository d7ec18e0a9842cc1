package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RequestContext;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a key that distinguishes clients: the identity, the method that proved it, and the request fields with
 * credentials.
 */
public final class Asker {
    /** Request fields with credentials, unless others are configured. */
    private static final List<String> CREDENTIALS = List.of(
            "authorization",
            "cookie",
            "proxy-authorization",
            "x-api-key",
            "api-key",
            "apikey",
            "x-auth-token",
            "x-access-token",
            "x-session-token",
            "x-session-id",
            "x-amz-security-token",
            "x-forwarded-client-cert",
            "x-user-id",
            "x-user-email",
            "private-token",
            "x-vault-token",
            "x-shopify-access-token",
            "x-goog-api-key",
            "x-goog-iap-jwt-assertion",
            "x-rapidapi-key",
            "x-functions-key",
            "ocp-apim-subscription-key",
            "x-ms-client-principal",
            "x-ms-token-aad-id-token",
            "x-amzn-oidc-data",
            "x-amzn-oidc-accesstoken",
            "cf-access-jwt-assertion",
            "x-auth-request-access-token",
            "x-auth-request-user",
            "x-auth-request-email",
            "x-forwarded-access-token",
            "x-forwarded-user",
            "x-forwarded-email",
            "x-forwarded-preferred-username",
            "x-remote-user",
            "remote-user");

    /** Authentication methods that prove an identity by the field Authorization. */
    private static final Set<String> BY_AUTHORIZATION = Set.of("jwt", "introspection", "basic", "http_signature");

    private final List<String> fields;
    private final boolean isDefault;

    /**
     * Creates the key part.
     *
     * @param fields with credentials, in lower case; null for the default
     */
    public Asker(@Nullable List<String> fields) {
        this.fields = fields == null ? CREDENTIALS : fields;
        this.isDefault = fields == null;
    }

    /** Adds the client to a digest. */
    public void addTo(KeyDigest digest, RequestContext context) {
        String id = Identity.id(context.metadata());
        String method = context.metadata().text(Identity.METHOD);
        digest.add(id == null ? "" : "i" + Octets.fromText(id)).add(method == null ? "" : Octets.fromText(method));
        HeaderMap headers = context.request().headers();
        boolean isProved = isDefault && id != null && isByAuthorization(method);
        digest.addFields(fields, isProved ? headers.without("authorization"::equals) : headers);
    }

    /** Returns whether this authentication method proves an identity by the field Authorization. */
    public static boolean isByAuthorization(@Nullable String method) {
        return method != null && BY_AUTHORIZATION.contains(method);
    }
}
