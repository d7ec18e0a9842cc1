package io.policyengine.policies.traffic.cache;

import io.policyengine.policies.traffic.cache.entry.CacheRead;
import io.policyengine.policies.traffic.cache.entry.StoredResponse;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import org.jspecify.annotations.Nullable;

/** The ways in which a stored response may be used for a request (RFC 9111 §4.2, §5.2.1). */
enum Use {
    /** The response may be used. */
    FRESH,
    /** The response may be used while another request fetches a new one. */
    STALE_WHILE_REVALIDATING,
    /** The upstream must validate the response first. */
    STALE,
    /** The client does not accept the stored response. */
    REFUSED,
    /** The store has no response. */
    NONE;

    static Use of(@Nullable StoredResponse stored, long now, CacheDirectives request) {
        boolean isRefused = request.has("no-cache");
        if (stored == null) {
            return isRefused ? REFUSED : NONE;
        }
        if (isRefused) {
            return REFUSED;
        }
        if (!stored.hasAge(now) || stored.validity().asks()) {
            return STALE;
        }
        long most = request.seconds("max-age");
        if (most != CacheDirectives.ABSENT && stored.age(now) > most) {
            return REFUSED;
        }
        long freshFor = stored.freshFor(now);
        if (freshFor > 0 && freshFor >= request.seconds("min-fresh")) {
            return FRESH;
        }
        if (request.has("min-fresh") || !stored.validity().mayBeStale()) {
            return STALE;
        }
        return request.has("max-stale") && -freshFor <= request.seconds("max-stale")
                ? FRESH
                : -freshFor < stored.validity().whileRevalidating() ? STALE_WHILE_REVALIDATING : STALE;
    }

    CacheStatus.Forward why(CacheRead found) {
        return switch (this) {
            case REFUSED -> CacheStatus.Forward.REQUEST;
            case FRESH, STALE, STALE_WHILE_REVALIDATING -> CacheStatus.Forward.STALE;
            case NONE ->
                found.names() == null
                        ? CacheStatus.Forward.URI_MISS
                        : found.names().isEmpty() ? CacheStatus.Forward.MISS : CacheStatus.Forward.VARY_MISS;
        };
    }
}
