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
    /** Copies. */
    public Overrides {
        active = List.copyOf(active);
        over = List.copyOf(over);
    }

    /**
     * The mode of a chain entry.
     *
     * @param override what makes it stronger than the entry's own; null: nothing does
     */
    public record InForce(EntryMode mode, @Nullable OverrideConfig override) {}

    /** Returns the overrides of a configuration at this time. */
    public static Overrides at(Instant now, List<OverrideConfig> all) {
        return new Overrides(
                all.stream().filter(override -> !override.isOverAt(now)).toList(),
                all.stream().filter(override -> override.isOverAt(now)).toList());
    }

    /**
     * The strongest of the entry's own mode and those of overrides: off before shadow before enforce.
     *
     * @param route the entry's route as it is written
     * @param worker that the entry's policy belongs to, or null if none is known
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

    /** The overrides that are left when all that are in force have ended. */
    public Overrides ended() {
        return new Overrides(List.of(), over);
    }

    /** The next end of an override, or null. */
    public @Nullable Instant nextEnd() {
        return active.stream()
                .map(OverrideConfig::until)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The remarks on overrides that no longer have an effect. */
    public List<Problem> remarks() {
        return over.stream()
                .map(override -> Problem.warning(
                        override.location(),
                        "the override of " + override.target() + " is over since " + override.until()
                                + " and has no effect: remove it"))
                .toList();
    }
}
