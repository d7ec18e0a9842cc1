package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The values of an exchange, by token. Reserves its memory from a shared budget, up to a limit, and releases it on
 * closing. Thread-safe: bodies are processed off the event loop, and an exchange may end meanwhile.
 */
final class Vault implements Substitute {
    /** Bytes of heap for a token and its value, in addition to their characters of two bytes. */
    private static final int PER_TOKEN = 256;

    /** The marker of a closed vault, in place of its size. */
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
     * @param most maximum bytes to reserve from the room
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

    /** Returns the value of a token; null if it is not of this exchange. */
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
