package io.policyengine.policies.traffic.idempotency.record;

import io.policyengine.core.store.LocalEntries;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;
import org.jspecify.annotations.Nullable;

/**
 * The state of a key in memory. In Redis it is a hash with the fields {@code f} (fingerprint), {@code t} (token; empty
 * once the execution has ended), {@code r} (response; empty if none is stored), and {@code l} (lock time).
 *
 * @param token token of the running execution; empty after its end
 */
record KeyState(String fingerprint, String token, @Nullable KeptAnswer answer) {
    /** The name of the only value in a slot. */
    static final String NAME = "key";

    private static final int OVERHEAD = 250;

    static @Nullable KeyState in(LocalEntries entries) {
        return entries.get(NAME) instanceof KeyState state ? state : null;
    }

    boolean isUnderWay() {
        return !token.isEmpty();
    }

    int bytes() {
        return OVERHEAD + (answer == null ? 0 : answer.bytes());
    }
}
