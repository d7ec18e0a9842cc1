package io.policyengine.policies.access.csrf;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.access.shared.origin.Origins;
import io.policyengine.policies.shared.denial.Denial;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Denies a state-changing request if the browser reports an origin that is neither the target's own nor allowed. A
 * request that reports no origin passes only with {@code allow_absent}.
 */
final class CsrfPolicy implements Policy {
    private static final String ORIGIN = "origin";
    private static final String SITE = "sec-fetch-site";
    private static final String REFERER = "referer";
    private static final String UPGRADE = "upgrade";

    /** The request fields that the policy {@code csrf} reads. */
    static final List<String> FIELDS =
            List.of(ORIGIN, SITE, REFERER, UPGRADE, OriginCheck.FORWARDED_PROTO, OriginCheck.FORWARDED_PORT);

    /** Methods that request no change (RFC 9110 §9.2.1). */
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /**
     * Values of Sec-Fetch-Site for requests that were caused by a page of the same origin, or by the user, for example
     * in the address bar.
     */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private static final Denial CROSS_ORIGIN = new Denial(
            403, CsrfCode.CSRF_DENIED, "A page of another origin caused this request", DenialReason.FORBIDDEN);
    private static final Denial ABSENT = new Denial(
            403, CsrfCode.CSRF_ORIGIN_MISSING, "The request does not state its origin", DenialReason.FORBIDDEN);

    private final Origins allowed;
    private final Future<RequestOutcome> denied;
    private final Future<RequestOutcome> absent;

    CsrfPolicy(CsrfParams params, Origins allowed) {
        this.allowed = allowed;
        this.denied = RequestOutcome.respond(CROSS_ORIGIN.response(params.denialFormat()));
        this.absent = params.allowAbsent()
                ? RequestOutcome.unchanged()
                : RequestOutcome.respond(ABSENT.response(params.denialFormat()));
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        RequestView request = context.request();
        if (SAFE.contains(request.method()) && !request.headers().contains(UPGRADE)) {
            return RequestOutcome.unchanged();
        }
        HeaderMap headers = request.headers();
        List<String> origins = headers.getAll(ORIGIN);
        if (!origins.isEmpty()) {
            return decided(origins.size() == 1 && isAllowed(origins.getFirst(), request));
        }
        List<String> sites = headers.getAll(SITE);
        if (!sites.isEmpty()) {
            return decided(sites.size() == 1 && OWN_SITES.contains(sites.getFirst()));
        }
        List<String> referers = headers.getAll(REFERER);
        if (!referers.isEmpty()) {
            return decided(referers.size() == 1 && isAllowed(originOf(referers.getFirst()), request));
        }
        return absent;
    }

    private Future<RequestOutcome> decided(boolean passes) {
        return passes ? RequestOutcome.unchanged() : denied;
    }

    private boolean isAllowed(String origin, RequestView request) {
        return OriginCheck.isOriginOf(origin, request) || allowed.includes(origin);
    }

    /** Returns the origin of a URL, that is, the part before its path; empty if the URL is not absolute. */
    private static String originOf(String url) {
        int scheme = url.indexOf("://");
        if (scheme < 0) {
            return "";
        }
        int end = scheme + "://".length();
        while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return url.substring(0, end);
    }
}
