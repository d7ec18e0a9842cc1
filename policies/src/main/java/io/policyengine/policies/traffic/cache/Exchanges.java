package io.policyengine.policies.traffic.cache;

import io.policyengine.core.policy.Metadata;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests at the upstream, by a random token in their exchange's metadata, so that the response phase finds the
 * state of its own request only. As many as running exchanges.
 */
final class Exchanges {
    /** The metadata key of the token. */
    static final String KEY = "cache.exchange";

    private final LongSupplier random;
    private final ConcurrentHashMap<String, Fetch> byToken = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, String> tokens = new ConcurrentHashMap<>();

    Exchanges(LongSupplier random) {
        this.random = random;
    }

    /** Takes one up, and gives its token. */
    String begin(Fetch fetch) {
        String token = HexFormat.of().toHexDigits(random.getAsLong());
        byToken.put(token, fetch);
        // Exchanges of two kernels may have one id: what is displaced is at its end as far as this cache goes.
        String displaced = tokens.put(fetch.start().exchangeId(), token);
        if (displaced != null) {
            drop(displaced);
        }
        return token;
    }

    /** Returns the request of an exchange; null if there is none, or it is over. */
    @Nullable
    Fetch of(Metadata metadata) {
        String token = metadata.text(KEY);
        return token == null ? null : byToken.get(token);
    }

    /** The exchange is over. */
    void end(long exchangeId) {
        String token = tokens.remove(exchangeId);
        if (token != null) {
            drop(token);
        }
    }

    private void drop(String token) {
        Fetch fetch = byToken.remove(token);
        if (fetch != null) {
            fetch.end();
        }
    }

    /** The number of such requests. */
    int size() {
        return byToken.size();
    }
}
