package io.policyengine.policies.traffic.cache.rules;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for storing responses in a shared cache (RFC 9111 §3). */
public final class Storability {
    /**
     * Statuses of responses that may be stored: final, complete and understood by this cache. Errors that a single
     * client's request may cause are excluded.
     */
    private static final Set<Integer> STORABLE = Set.of(200, 203, 204, 300, 301, 302, 303, 307, 308, 404, 410);

    /** Statuses to which the operator's default lifetime applies (RFC 9110 §15.1, without the errors). */
    private static final Set<Integer> BY_DEFAULT = Set.of(200, 203, 204, 300, 301, 308);

    /** Maximum number of field names in Vary; a response with more names is not stored. */
    public static final int MAX_VARY = 16;

    private Storability() {}

    /**
     * Returns the reason why a response must not be stored, as one word; null if it may be stored.
     *
     * @param isAuthorized true if the request had an Authorization field, or an identity to which the same rules apply
     * @param takesCookies true if the response may be stored without its Set-Cookie fields
     */
    public static @Nullable String refusal(
            int status,
            HeaderMap headers,
            CacheDirectives directives,
            Freshness freshness,
            boolean isAuthorized,
            boolean takesCookies) {
        if (directives.has("no-store")) {
            return "no-store";
        }
        if (directives.has("private")) {
            return "private";
        }
        if (!STORABLE.contains(status) || (!freshness.isExplicit() && !BY_DEFAULT.contains(status))) {
            return "status";
        }
        if (isAuthorized && !isForAll(directives)) {
            return "authorization";
        }
        if (headers.contains("set-cookie") && !takesCookies) {
            return "set-cookie";
        }
        if (headers.contains("content-range") || headers.contains("trailer")) {
            return "partial";
        }
        List<String> vary = Vary.namesIn(headers);
        if (vary == null) {
            return "vary";
        }
        boolean isAskedAbout = (freshness.isExplicit() || directives.has("no-cache")) && hasValidator(headers);
        return isFresh(directives, freshness) || isAskedAbout || freshness.ifError() > 0 ? null : "not-fresh";
    }

    /** Returns whether the response is fresh for some time, that is, may be used without validation. */
    public static boolean isFresh(CacheDirectives directives, Freshness freshness) {
        return freshness.lifetime() > 0 && !directives.has("no-cache");
    }

    /** Returns whether the directives permit sharing the response to an authorized request (RFC 9111 §3.5). */
    private static boolean isForAll(CacheDirectives directives) {
        return directives.has("public") || directives.has("s-maxage") || directives.has("must-revalidate");
    }

    /** Returns whether the response has a validator, by which the upstream can validate it. */
    public static boolean hasValidator(HeaderMap headers) {
        return headers.contains("etag") || HttpDate.of(headers, "last-modified") >= 0;
    }
}
