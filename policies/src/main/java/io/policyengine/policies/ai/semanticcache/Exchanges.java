package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.policy.Metadata;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The questions that have gone to the upstream, by a random token that travels with their exchange, so that the part on the response finds what
 * the part on the request knew, and never what another exchange did. As many as there are exchanges under way, and as their room allows.
 */
final class Exchanges {
    /** The metadata key of the token. */
    static final String KEY = "semantic_cache.exchange";

    private final LongSupplier random;
    private final ConcurrentHashMap<String, Waiting> byToken = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, String> tokens = new ConcurrentHashMap<>();

    Exchanges(LongSupplier random) {
        this.random = random;
    }

    /** Takes one up, and gives its token; empty where there is no room. */
    Optional<String> begin(Waiting waiting) {
        if (!waiting.begins()) {
            return Optional.empty();
        }
        String token = HexFormat.of().toHexDigits(random.getAsLong());
        byToken.put(token, waiting);
        // Exchanges of two kernels may have one id: what is displaced is at its end as far as this cache goes.
        String displaced = tokens.put(waiting.call().exchangeId(), token);
        Waiting other = displaced == null ? null : byToken.remove(displaced);
        if (other != null) {
            other.close();
        }
        return Optional.of(token);
    }

    /** The question of an exchange; null if there is none, or it is over. */
    @Nullable
    Waiting of(Metadata metadata) {
        String token = metadata.text(KEY);
        return token == null ? null : byToken.get(token);
    }

    /** The exchange is over: gives its question, once, for the caller to close. */
    @Nullable
    Waiting end(long exchangeId) {
        String token = tokens.remove(exchangeId);
        return token == null ? null : byToken.remove(token);
    }

    /** Those under way. */
    int size() {
        return byToken.size();
    }
}
