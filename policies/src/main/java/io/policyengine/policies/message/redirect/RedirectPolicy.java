package io.policyengine.policies.message.redirect;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

final class RedirectPolicy implements Policy {
    /**
     * Maximum length of a location, in octets. Envoy drops longer fields, and a redirect without a location is useless.
     */
    static final int MAX_LENGTH = 16 * 1024;

    private static final String REASON = "redirected";

    private final RedirectTarget location;
    private final int status;
    private final boolean cachedForOthers;

    RedirectPolicy(RedirectTarget location, int status) {
        this.location = location;
        this.status = status;
        // RFC 9110 §15.4: caches may store these two without permission, by the request target alone.
        this.cachedForOthers =
                (status == 301 || status == 308) && location.target().varies();
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        try {
            return RequestOutcome.respond(to(location.of(context)));
        } catch (PolicyException illegal) {
            return Future.failedFuture(illegal);
        }
    }

    private ImmediateResponse to(String uri) {
        if (uri.length() > MAX_LENGTH) {
            throw new PolicyException(ErrorCode.INVALID_REQUEST, "a location of more than " + MAX_LENGTH + " octets");
        }
        HeaderMap headers = cachedForOthers
                ? HeaderMap.of("location", uri, "cache-control", "no-store")
                : HeaderMap.of("location", uri);
        return new ImmediateResponse(status, headers, Buffer.buffer(), REASON).withCode(RedirectCode.REDIRECTED);
    }
}
