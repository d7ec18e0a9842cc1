package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.traffic.shared.storedresponse.CopyRoom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The vaults of the exchanges under way, by a random key that travels with each of them: so the part on the response finds the values of its own
 * exchange, and never those of another one. Values stay in the memory of this process, and end with their exchange.
 */
final class Vaults {
    /** The metadata key of the random key. */
    static final String KEY = "pii_redaction.exchange";

    /** Vaults that the room has at least room for. */
    private static final int SHARES = 4;

    private final PolicyEnvironment env;
    private final CopyRoom room;
    private final long most;
    private final ConcurrentHashMap<String, Vault> byKey = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, String> keys = new ConcurrentHashMap<>();

    /**
     * No vaults.
     *
     * @param room that they share
     * @param bytes of the room
     */
    Vaults(PolicyEnvironment env, CopyRoom room, long bytes) {
        this.env = env;
        this.room = room;
        this.most = bytes / SHARES;
    }

    /** Begins that of an exchange, and gives its key. */
    String begin(Call call) {
        String key = env.newId();
        byKey.put(key, new Vault(call.requestId(), Substitute.token(new KeyedDigest(env.newId())), room, most));
        // Exchanges of two kernels may have one id: what is displaced is at its end as far as this policy goes.
        String displaced = keys.put(call.exchangeId(), key);
        if (displaced != null) {
            drop(displaced);
        }
        return key;
    }

    /** That of an exchange whose request is under way; null if it is over, or displaced. */
    @Nullable
    Vault of(Call call) {
        String key = keys.get(call.exchangeId());
        Vault vault = key == null ? null : byKey.get(key);
        return vault != null && vault.isOf(call.requestId()) ? vault : null;
    }

    /** That of an exchange which has this metadata; null if there is none. */
    @Nullable
    Vault of(Metadata metadata) {
        String key = metadata.text(KEY);
        return key == null ? null : byKey.get(key);
    }

    /** The exchange is over. */
    void end(long exchangeId) {
        String key = keys.remove(exchangeId);
        if (key != null) {
            drop(key);
        }
    }

    private void drop(String key) {
        Vault vault = byKey.remove(key);
        if (vault != null) {
            vault.close();
        }
    }
}
