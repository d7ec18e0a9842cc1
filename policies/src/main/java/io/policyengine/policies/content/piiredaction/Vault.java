package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The values of an exchange that tokens have replaced, by token. Reserves memory from a shared budget, up to a limit,
 * and releases it when closed. Thread-safe: bodies may be processed outside the event loop, and the exchange may end
 * meanwhile.
 */
final class Vault implements Substitute {
    /** Bytes of heap for a token and its value, in addition to two bytes for each character. */
    private static final int PER_TOKEN = 256;

    private final Substitute tokens;
    private final CapacityReservation reserved;
    private final ConcurrentHashMap<String, String> values = new ConcurrentHashMap<>();

    /**
     * Creates an empty vault.
     *
     * @param tokens creates tokens that are unique to the exchange
     * @param room the budget shared by all vaults
     * @param most maximum bytes that this vault reserves from the budget
     */
    Vault(Substitute tokens, Capacity room, long most) {
        this.tokens = tokens;
        this.reserved = room.reservation(most);
    }

    @Override
    public String of(String label, String value, boolean continues) {
        String token = tokens.of(label, value, continues);
        if (values.containsKey(token)) {
            return token;
        }
        if (reserved.tryTake(PER_TOKEN + 2L * (token.length() + value.length()))) {
            values.put(token, value);
        } else if (!reserved.isClosed()) {
            throw new PolicyException(
                    ErrorCode.OVERLOADED, "there is no memory for more values to restore in the response");
        }
        return token;
    }

    /** Returns the value of a token; null if the exchange has no such token. */
    @Nullable
    String valueOf(String token) {
        return values.get(token);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Releases the reserved memory; has no effect when repeated. */
    void close() {
        reserved.close();
    }
}
