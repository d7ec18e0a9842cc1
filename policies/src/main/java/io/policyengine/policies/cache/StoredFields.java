package io.policyengine.policies.cache;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.policies.cache.rules.HttpDate;
import java.util.HashSet;
import java.util.Set;

/** The header fields that are kept of an answer (RFC 9111 §3.1): not those of its transport, of its exchange, or of a coding that was opened. */
final class StoredFields {
    private static final Set<String> NOT_KEPT = Set.of(
            "age",
            "host",
            "set-cookie",
            "x-request-id",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-status");

    /** Fields that a 304 of the upstream leaves as they are stored (RFC 9111 §3.2). */
    private static final Set<String> OF_THE_BODY = Set.of(
            "content-encoding", "content-range", "content-md5", "content-digest", "digest", "repr-digest", "etag");

    /** Fields and octets that Envoy takes of the engine, with some room for those that a cache adds. */
    private static final int MAX_FIELDS = 80;

    private static final int MAX_OCTETS = 40 * 1024;

    /** Envoy's own. */
    private static final String ENVOY = "x-envoy-";

    private StoredFields() {}

    /** Those of an answer that has come now. */
    static HeaderMap of(HeaderMap headers, long nowMillis) {
        Set<String> dropped = new HashSet<>(NOT_KEPT);
        for (String value : headers.getAll("connection")) {
            for (String name : value.split(",", -1)) {
                dropped.add(HeaderMap.lowerCase(name.strip()));
            }
        }
        if (headers.contains("content-encoding")) {
            dropped.addAll(SetBody.OUTDATED_FIELDS);
        }
        HeaderMap kept =
                headers.without(name -> dropped.contains(name) || FieldRules.isFraming(name) || name.startsWith(ENVOY));
        return kept.contains("date")
                ? kept
                : kept.toBuilder().append("date", HttpDate.format(nowMillis)).build();
    }

    /** True if the engine can give an answer with these fields. */
    static boolean canBeGiven(HeaderMap stored) {
        boolean[] isLegal = {stored.size() <= MAX_FIELDS && stored.octets() <= MAX_OCTETS};
        stored.forEach(
                (name, value) -> isLegal[0] = isLegal[0] && FieldRules.isToken(name) && FieldRules.isFieldValue(value));
        return isLegal[0];
    }

    /** Those of a stored answer that a 304 with these fields has confirmed. */
    static HeaderMap confirmed(HeaderMap stored, HeaderMap fresh, long nowMillis) {
        HeaderMap news = of(fresh, nowMillis).without(OF_THE_BODY::contains);
        HeaderMap.Builder merged = stored.without(news::contains).toBuilder();
        news.forEach(merged::append);
        return merged.build();
    }
}
