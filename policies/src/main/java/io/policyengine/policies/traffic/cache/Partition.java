package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.policies.shared.clientkey.Asker;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.digest.KeyDigest;
import io.policyengine.policies.traffic.cache.entry.CacheKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rule that determines which requests share stored responses. They must have the same target, and equal values of
 * certain fields by which upstreams may vary without naming them in Vary. Unless all clients share responses, the
 * clients of both requests must also be indistinguishable. The stored response must have passed the same entries of the
 * response flow that it would pass now.
 */
final class Partition {
    private static final String AUTHORIZATION = "authorization";

    /** Fields that frameworks interpret as parts of the target, or copy into responses. */
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

    private final boolean shared;
    private final Asker asker;
    private final @Nullable ClientKey key;
    private final String passed;

    /**
     * Creates a rule for sharing responses.
     *
     * @param fields fields that distinguish clients, in lower case; null for the default
     * @param passed digest of the entries that a response has passed when it is stored
     */
    Partition(boolean shared, @Nullable List<String> fields, @Nullable ClientKey key, String passed) {
        this.shared = shared;
        this.asker = new Asker(fields);
        this.key = key;
        this.passed = passed;
    }

    /**
     * Returns whether the configured key distinguishes all values for this request. If not, a response for one value
     * could be sent for another.
     */
    boolean isExact(RequestContext context) {
        return key == null || key.isExact(context);
    }

    CacheKey keyOf(RequestContext context) {
        RequestView request = context.request();
        String resource = resource(request);
        KeyDigest digest = new KeyDigest().add(passed).add(resource).add(shared ? "shared" : "partitioned");
        if (!shared) {
            asker.addTo(digest, context);
        }
        // An upstream may have two resources for two spellings of a path, but a change concerns all spellings.
        digest.add(request.rawPath()).addFields(TARGET, request.headers()).add(key == null ? "" : key.keyOf(context));
        return new CacheKey(resource, "e" + digest.text());
    }

    /** Returns the slot of a request's resource, which is the same for all spellings of its path. */
    static String resource(RequestView request) {
        return CacheKey.resource(request.scheme(), HeaderMap.lowerCase(request.authority()), request.path());
    }

    /**
     * Returns whether a response may be shared only with explicit permission (RFC 9111 §3.5): the request has an
     * Authorization field, or an identity that this field may have proved. If all clients share responses, any other
     * identity has the same effect.
     */
    boolean isAuthorized(RequestContext context) {
        if (context.request().headers().contains(AUTHORIZATION)) {
            return true;
        }
        if (Identity.id(context.metadata()) == null) {
            return false;
        }
        List<String> proof = Identity.proof(context.metadata());
        return shared || proof == null || proof.contains(AUTHORIZATION);
    }
}
