package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.traffic.cache.rules.HttpDate;
import io.policyengine.policies.traffic.shared.keptanswer.KeptFields;
import java.util.Set;

/** The header fields that are kept of an answer (RFC 9111 §3.1): of those that can be given again, not those of its exchange. */
final class StoredFields {
    private static final Set<String> NOT_KEPT = Set.of(
            "age",
            "set-cookie",
            "x-request-id",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-status");

    /** Fields that a 304 of the upstream leaves as they are stored (RFC 9111 §3.2). */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-encoding", "content-range", "content-md5", "content-digest", "digest", "repr-digest", "etag");

    private StoredFields() {}

    /** Those of an answer that has come now. */
    static HeaderMap of(HeaderMap headers, long nowMillis) {
        HeaderMap kept = KeptFields.of(headers, NOT_KEPT);
        return kept.contains("date")
                ? kept
                : kept.toBuilder().append("date", HttpDate.format(nowMillis)).build();
    }

    /** Those of a stored answer that a 304 with these fields has confirmed. */
    static HeaderMap confirmed(HeaderMap stored, HeaderMap fresh, long nowMillis) {
        HeaderMap news = of(fresh, nowMillis).without(OF_THE_BODY::contains);
        HeaderMap.Builder merged = stored.without(news::contains).toBuilder();
        news.forEach(merged::append);
        return merged.build();
    }
}
