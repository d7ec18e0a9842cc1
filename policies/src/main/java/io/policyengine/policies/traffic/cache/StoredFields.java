package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.traffic.cache.rules.HttpDate;
import io.policyengine.policies.traffic.shared.storedresponse.KeptFields;
import java.util.Set;

/** The header fields that are stored with a response (RFC 9111 §3.1), without those that apply only to its exchange. */
final class StoredFields {
    private static final Set<String> NOT_KEPT = Set.of(
            "age",
            "set-cookie",
            "x-request-id",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-status");

    /** Fields that a 304 of the upstream does not update (RFC 9111 §3.2). */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-encoding", "content-range", "content-md5", "content-digest", "digest", "repr-digest", "etag");

    private StoredFields() {}

    static HeaderMap of(HeaderMap headers, long nowMillis) {
        HeaderMap kept = KeptFields.of(headers, NOT_KEPT);
        return kept.contains("date")
                ? kept
                : kept.toBuilder().append("date", HttpDate.format(nowMillis)).build();
    }

    /** Returns the fields of a stored response after a 304 with fresh fields has confirmed it. */
    static HeaderMap confirmed(HeaderMap stored, HeaderMap fresh, long nowMillis) {
        HeaderMap news = of(fresh, nowMillis).without(OF_THE_BODY::contains);
        HeaderMap.Builder merged = stored.without(news::contains).toBuilder();
        news.forEach(merged::append);
        return merged.build();
    }
}
