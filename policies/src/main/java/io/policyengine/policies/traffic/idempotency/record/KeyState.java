package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import org.jspecify.annotations.Nullable;

/**
 * The state of an idempotency key in memory. The response is a separate value, since it may be dropped while the key
 * must be kept. In Redis the key is a hash with the fields {@code f} (fingerprint), {@code t} (token; empty or missing
 * once the execution has ended), {@code r} (response; empty if none is stored), {@code l} (lock time), and {@code p}
 * (digest of the passed entries).
 *
 * @param token token of the running execution; empty after its end
 * @param passed digest of the entries that the response has passed; empty while the execution runs. All keys of an
 *     entry share one text, whose bytes are not counted
 */
record KeyState(String fingerprint, String token, String passed) {
    /** The name of the key's state in its slot. */
    static final String NAME = "key";

    /** The name of the response in the slot of its key. */
    static final String ANSWER = "answer";

    /**
     * The client to use for operations that create no key. There is one exception: storing a response whose key has
     * expired creates the key again.
     */
    static final String NO_CLIENT = "";

    private static final int OVERHEAD = 160;

    static @Nullable KeyState in(LocalEntries entries) {
        return entries.get(NAME) instanceof KeyState state ? state : null;
    }

    boolean isUnderWay() {
        return !token.isEmpty();
    }

    int bytes() {
        return OVERHEAD + 2 * token.length();
    }
}
