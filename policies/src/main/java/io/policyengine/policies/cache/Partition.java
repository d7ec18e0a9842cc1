package io.policyengine.policies.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.cache.entry.CacheKey;
import io.policyengine.policies.cache.entry.KeyDigest;
import io.policyengine.policies.clientkey.KeySource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which requests share answers: those for the same target, by clients that cannot be told apart, with the same values of the
 * fields by which upstreams are known to make other answers without saying so.
 */
final class Partition {
    /** Fields that may tell who asks, where an operator names none. */
    static final List<String> CREDENTIALS = List.of(
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

    /** Fields that frameworks take for the target, or put into answers. */
    private static final List<String> TARGET = List.of(
            "origin",
            "forwarded",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-scheme",
            "x-forwarded-port",
            "x-forwarded-prefix",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "x-forwarded-path",
            "x-forwarded-uri",
            "x-host",
            "x-original-host",
            "x-original-url",
            "x-original-uri",
            "x-rewrite-url",
            "x-proxy-url",
            "x-wap-profile",
            "front-end-https",
            "x-scheme",
            "x-url-scheme",
            "x-forwarded-protocol",
            "x-script-name",
            "rsc",
            "x-middleware-prefetch",
            "x-nextjs-data");

    /** Methods that prove an identity by Authorization. */
    private static final Set<String> BY_AUTHORIZATION = Set.of("jwt", "introspection", "basic", "http_signature");

    private final boolean shared;
    private final List<String> fields;
    private final boolean isDefault;
    private final @Nullable KeySource key;

    /**
     * A rule.
     *
     * @param fields that may tell who asks, in lower case; null for the usual ones
     */
    Partition(boolean shared, @Nullable List<String> fields, @Nullable KeySource key) {
        this.shared = shared;
        this.fields = fields == null ? CREDENTIALS : fields;
        this.isDefault = fields == null;
        this.key = key;
    }

    /** The slots of a request. */
    CacheKey keyOf(RequestContext context) {
        RequestView request = context.request();
        String resource = resource(request);
        KeyDigest digest = new KeyDigest().add(resource).add(shared ? "shared" : "partitioned");
        if (!shared) {
            addClient(context, digest);
        }
        addFields(TARGET, request.headers(), digest);
        digest.add(key == null ? "" : key.keyOf(context));
        return new CacheKey(resource, "e" + digest.text());
    }

    /** The slot of the target of a request. */
    static String resource(RequestView request) {
        return CacheKey.resource(request.scheme(), HeaderMap.lowerCase(request.authority()), request.path());
    }

    private void addClient(RequestContext context, KeyDigest digest) {
        String id = Identity.id(context.metadata());
        String method = context.metadata().text(Identity.METHOD);
        digest.add(id == null ? "" : "i" + Octets.fromText(id)).add(method == null ? "" : Octets.fromText(method));
        HeaderMap headers = context.request().headers();
        boolean isProved = isDefault && id != null && method != null && BY_AUTHORIZATION.contains(method);
        addFields(fields, isProved ? headers.without("authorization"::equals) : headers, digest);
    }

    private static void addFields(List<String> names, HeaderMap headers, KeyDigest digest) {
        for (String name : names) {
            if (headers.contains(name)) {
                digest.add(name).add(String.join(",", headers.getAll(name)));
            }
        }
        digest.add("");
    }

    /**
     * True if an answer may go to others only where it says so (RFC 9111 §3.5): the client showed an Authorization field, or, where all share,
     * an identity of any kind.
     */
    boolean isAuthorized(RequestContext context) {
        String method = context.metadata().text(Identity.METHOD);
        return context.request().headers().contains("authorization")
                || (shared && Identity.id(context.metadata()) != null)
                || (method != null && (shared || BY_AUTHORIZATION.contains(method)));
    }
}
