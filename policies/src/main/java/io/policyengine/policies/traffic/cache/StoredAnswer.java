package io.policyengine.policies.traffic.cache;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.StoredAnswerReason;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.cache.rules.ByteRange;
import io.policyengine.policies.traffic.cache.rules.Preconditions;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates responses to clients from stored responses: with the complete body, with a range of it, or as a 304. */
final class StoredAnswer {
    private static final String REASON = StoredAnswerReason.CACHE_HIT.code();
    private static final Buffer NOTHING = Buffer.buffer();

    /** Header fields that a 304 has (RFC 9110 §15.4.5). */
    private static final Set<String> NOT_MODIFIED = Set.of(
            "cache-control",
            "content-location",
            "date",
            "etag",
            "expires",
            "vary",
            "last-modified",
            "cdn-cache-control",
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-expose-headers");

    private StoredAnswer() {}

    static ImmediateResponse to(RequestView request, StoredResponse stored, long now, String detail) {
        return answer(request, stored, now, detail).withCode(CacheCode.CACHE_HIT);
    }

    private static ImmediateResponse answer(RequestView request, StoredResponse stored, long now, String detail) {
        HeaderMap headers = stored.headers().toBuilder()
                .append("age", Long.toString(stored.age(now)))
                .append(CacheStatus.FIELD, CacheStatus.hit(stored.freshFor(now), detail))
                .build();
        if (stored.status() != 200) {
            return new ImmediateResponse(stored.status(), headers, stored.body(), REASON);
        }
        if (Preconditions.notModified(request.headers(), stored.headers())) {
            return new ImmediateResponse(
                    304,
                    headers.without(name ->
                            !NOT_MODIFIED.contains(name) && !name.equals("age") && !name.equals(CacheStatus.FIELD)),
                    NOTHING,
                    REASON);
        }
        ByteRange range = rangeOf(request, stored);
        return range == null
                ? new ImmediateResponse(200, headers, stored.body(), REASON)
                : part(headers, stored.body(), range);
    }

    private static @Nullable ByteRange rangeOf(RequestView request, StoredResponse stored) {
        return request.method().equals("GET") && Preconditions.isRangeOf(request.headers(), stored.headers())
                ? ByteRange.of(request.headers(), stored.body().length())
                : null;
    }

    private static ImmediateResponse part(HeaderMap headers, Buffer body, ByteRange range) {
        if (range.isUnsatisfiable()) {
            return new ImmediateResponse(
                    416,
                    headers.without(name -> name.startsWith("content-")).toBuilder()
                            .append("content-range", "bytes */" + body.length())
                            .build(),
                    NOTHING,
                    REASON);
        }
        String part = "bytes " + range.from() + "-" + (range.to() - 1) + "/" + body.length();
        return new ImmediateResponse(
                206,
                headers.toBuilder().append("content-range", part).build(),
                body.slice(range.from(), range.to()),
                REASON);
    }
}
