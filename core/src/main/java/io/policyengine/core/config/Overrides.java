package io.policyengine.core.config;

import io.policyengine.core.error.Problem;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The overrides of a configuration at one moment.
 *
 * @param active the overrides in force
 * @param over the expired overrides
 */
public record Overrides(List<OverrideConfig> active, List<OverrideConfig> over) {
    public Overrides {
        active = List.copyOf(active);
        over = List.copyOf(over);
    }

    /**
     * The effective mode of a chain entry.
     * @param override the override that sets the mode; null if the entry's own mode applies
     */
    public record InForce(EntryMode mode, @Nullable OverrideConfig override) {}

    /** Returns the overrides of a configuration at this time. */
    public static Overrides at(Instant now, List<OverrideConfig> all) {
        return new Overrides(
                all.stream().filter(override -> !override.isOverAt(now)).toList(),
                all.stream().filter(override -> override.isOverAt(now)).toList());
    }

    /**
     * Returns the strongest of the entry's own mode and its overrides' modes: off before shadow before enforce.
     * @param route the name of the entry's route, as written
     * @param worker the worker of the entry's policy, or null if unknown
     */
    public InForce inForce(EntryConfig entry, String route, @Nullable String worker) {
        var strongest = new InForce(entry.mode(), null);
        for (var override : active) {
            if (override.mode().compareTo(strongest.mode()) > 0
                    && override.target().concerns(entry, route, worker)) {
                strongest = new InForce(override.mode(), override);
            }
        }
        return strongest;
    }

    /** Returns a copy in which no override is in force. */
    public Overrides ended() {
        return new Overrides(List.of(), over);
    }

    public @Nullable Instant nextEnd() {
        return active.stream()
                .map(OverrideConfig::until)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The warnings about expired overrides. */
    public List<Problem> remarks() {
        return over.stream()
                .map(override -> Problem.warning(
                        override.location(),
                        "the override of " + override.target() + " expired at " + override.until()
                                + " and has no effect: remove it"))
                .toList();
    }
}
