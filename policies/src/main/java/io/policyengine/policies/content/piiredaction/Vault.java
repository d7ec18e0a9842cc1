package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The values of an exchange, by token. Reserves memory from a shared budget, up to a limit, and releases it when
 * closed. Thread-safe: bodies are processed off the event loop, and the exchange may end meanwhile.
 */
final class Vault implements Substitute {
    /** Bytes of heap for a token and its value, in addition to two bytes for each character. */
    private static final int PER_TOKEN = 256;

    /** The value of {@code held} that marks a closed vault. */
    private static final long CLOSED = Long.MIN_VALUE / 2;

    private final Substitute tokens;
    private final Capacity room;
    private final long most;
    private final ConcurrentHashMap<String, String> values = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();

    /**
     * Creates an empty vault.
     *
     * @param tokens creates tokens that are unique to the exchange
     * @param room the budget shared by all vaults
     * @param most maximum bytes that this vault reserves from the budget
     */
    Vault(Substitute tokens, Capacity room, long most) {
        this.tokens = tokens;
        this.room = room;
        this.most = most;
    }

    @Override
    public String of(String label, String value, boolean continues) {
        String token = tokens.of(label, value, continues);
        if (values.containsKey(token)) {
            return token;
        }
        take(PER_TOKEN + 2L * (token.length() + value.length()));
        values.put(token, value);
        return token;
    }

    private void take(long bytes) {
        if (held.get() + bytes > most || !room.tryTake(bytes)) {
            throw new PolicyException(
                    ErrorCode.OVERLOADED, "there is no room for more values to restore in the response");
        }
        if (held.addAndGet(bytes) < 0) {
            // Closed meanwhile: nothing else releases these bytes.
            room.give(bytes);
        }
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
        long before = held.getAndSet(CLOSED);
        if (before > 0) {
            room.give(before);
        }
    }
}
