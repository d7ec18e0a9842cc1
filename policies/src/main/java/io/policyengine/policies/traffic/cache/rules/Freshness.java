package io.policyengine.policies.traffic.cache.rules;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import java.util.List;

/**
 * The freshness of a response (RFC 9111 §4.2.1), and its permitted stale use (RFC 5861), in seconds.
 *
 * @param lifetime age at which the response becomes stale
 * @param isExplicit true if the upstream stated the lifetime
 * @param whileRevalidating additional time for use while a request fetches a new response
 * @param ifError additional time for use if the upstream fails
 */
public record Freshness(long lifetime, boolean isExplicit, long whileRevalidating, long ifError) {
    private static final long SECOND = 1000;

    /**
     * The operator's defaults and limits for the freshness of responses.
     *
     * @param lifetime lifetime of responses that state none; 0 makes them stale at once
     * @param most maximum lifetime, which also limits lifetimes that responses state
     * @param whileRevalidating time of stale use while a request fetches a new response, unless the response states one
     * @param ifError time of stale use if the upstream fails, unless the response states one
     */
    public record Defaults(long lifetime, long most, long whileRevalidating, long ifError) {}

    /** Returns the freshness of a response that has just arrived. */
    public static Freshness of(
            HeaderMap headers, CacheDirectives directives, List<String> targeted, Defaults defaults, long nowMillis) {
        long explicit = explicit(headers, directives, targeted, nowMillis);
        long lifetime = explicit >= 0 ? explicit : defaults.lifetime();
        boolean mayBeStale = !mustRevalidate(directives);
        return new Freshness(
                Math.min(lifetime, defaults.most()),
                explicit >= 0,
                mayBeStale ? stale(directives, "stale-while-revalidate", defaults.whileRevalidating(), defaults) : 0,
                mayBeStale ? stale(directives, "stale-if-error", defaults.ifError(), defaults) : 0);
    }

    private static long stale(CacheDirectives directives, String name, long byDefault, Defaults defaults) {
        long said = directives.seconds(name);
        return Math.min(said == CacheDirectives.ABSENT ? byDefault : said, defaults.most());
    }

    private static long explicit(HeaderMap headers, CacheDirectives directives, List<String> targeted, long nowMillis) {
        if (directives.has("s-maxage")) {
            return directives.seconds("s-maxage");
        }
        if (directives.has("max-age")) {
            return directives.seconds("max-age");
        }
        long expires = HttpDate.of(headers, "expires");
        if (expires == HttpDate.ABSENT || CacheDirectives.ofTargeted(headers, targeted) != null) {
            return -1;
        }
        if (expires == HttpDate.INVALID) {
            return 0;
        }
        long date = HttpDate.of(headers, "date");
        return Math.max(0, (expires - (date < 0 ? nowMillis : date)) / SECOND);
    }

    /**
     * Returns whether the directives forbid using the response once it is stale (RFC 9111 §4.2.4). {@code s-maxage}
     * forbids it too.
     */
    public static boolean mustRevalidate(CacheDirectives directives) {
        return directives.has("must-revalidate")
                || directives.has("proxy-revalidate")
                || directives.has("s-maxage")
                || directives.has("no-cache");
    }

    /** Returns the age of a response that has just arrived, in seconds (RFC 9111 §4.2.3). */
    public static long initialAge(HeaderMap headers, long delayMillis, long nowMillis) {
        long date = HttpDate.of(headers, "date");
        long apparent = date < 0 ? 0 : Math.max(0, (nowMillis - date) / SECOND);
        long age = CacheDirectives.seconds(headers.getAll("age"), 0);
        return Math.max(apparent, age + delayMillis / SECOND);
    }
}
