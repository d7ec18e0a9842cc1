package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import io.policyengine.core.policy.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item of {@code accept}: a case in which messages intentionally pass a route without the effect of a policy.
 *
 * @param key the item's key, which names the missing guarantee, such as {@code no_identity_when}
 * @param circumstances the circumstances, all of which must occur; empty for {@code always}
 * @param flow the flow of the entries whose effect is missing
 * @param entries the names of these entries; empty for the entries that the circumstances name
 * @param reason for display
 */
public record AcceptConfig(
        String key,
        List<Circumstance> circumstances,
        Phase flow,
        List<String> entries,
        String reason,
        Location location) {
    /**
     * A circumstance under which an entry does not have its effect.
     *
     * @param kind as written in reports
     * @param entry name of the entry
     * @param condition the entry's condition, if the circumstance is that this condition is false; otherwise null
     */
    public record Circumstance(
            String kind, String entry, @Nullable String condition) {}

    public AcceptConfig {
        circumstances = List.copyOf(circumstances);
        entries = List.copyOf(entries);
    }
}
