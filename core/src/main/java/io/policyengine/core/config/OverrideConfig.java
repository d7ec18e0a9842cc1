package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An emergency switch: a mode that replaces the modes of many chain entries at once.
 *
 * @param mode {@code SHADOW} or {@code OFF}
 * @param reason for display
 * @param until time at which the override expires; null if it does not expire
 */
public record OverrideConfig(
        Target target,
        EntryMode mode,
        String reason,
        @Nullable Instant until,
        Location location) {
    /** The policy, route or worker whose mode is overridden. */
    public record Target(Kind kind, String name) {
        boolean concerns(EntryConfig entry, String route, @Nullable String worker) {
            return switch (kind) {
                case POLICY -> name.equals(entry.policy());
                case ROUTE -> name.equals(route);
                case WORKER -> name.equals(worker);
            };
        }

        /** The target as text, such as {@code policy 'rateLimit'}. */
        @Override
        public String toString() {
            return kind.key() + " '" + name + "'";
        }
    }

    /** The kinds of targets. */
    public enum Kind {
        /** A policy: its entries in all chains. */
        POLICY,
        /** A route policy, with all its entries. */
        ROUTE,
        /** A worker, with all its policies. */
        WORKER;

        /** The configuration key that names a target of this kind. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the kind with a configuration key. */
        public static Optional<Kind> of(String key) {
            for (var kind : values()) {
                if (kind.key().equals(key)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** Returns whether the override has expired. */
    public boolean isOverAt(Instant now) {
        return until != null && !now.isBefore(until);
    }
}
