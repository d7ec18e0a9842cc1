package io.policyengine.kernel.overload;

import io.policyengine.core.config.Priority;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * The part of the slots and bytes that routes must leave free for routes of higher priorities: one eighth for each
 * higher priority that some route has.
 */
public final class Reserve {
    public static final Reserve NONE = new Reserve(EnumSet.noneOf(Priority.class));

    private static final int PART = 8;

    private final int[] parts = new int[Priority.values().length];

    private Reserve(Set<Priority> used) {
        for (Priority priority : Priority.values()) {
            parts[priority.rank()] = (int) used.stream()
                    .filter(other -> other.rank() < priority.rank())
                    .count();
        }
    }

    /** Returns the reserve for a configuration whose routes have the given priorities. */
    public static Reserve of(Collection<Priority> routes) {
        return routes.isEmpty() ? NONE : new Reserve(EnumSet.copyOf(routes));
    }

    /** Returns how much of {@code all} a route of this priority must leave free for higher priorities. */
    public long leftBy(Priority priority, long all) {
        return all / PART * parts[priority.rank()];
    }
}
