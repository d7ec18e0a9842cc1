package io.policyengine.core.lint;

import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.error.LintCode;
import java.util.Set;

/**
 * Finds lint findings that a route's {@code accept} declares as intended. The words of {@code accept} items are
 * repeated here, because {@code io.policyengine.core.who} depends on this package. A test compares them.
 */
final class AcceptedFindings {
    static final String NO_IDENTITY = "no_identity_when";
    static final Set<String> FAILURES = Set.of("worker_away", "dependency_away", "overloaded");
    static final String FROM_MEMORY = "from_memory";
    static final String NO_LIMIT = "no_limit_when";
    static final String COSTS_NOTHING = "costs_nothing";

    private AcceptedFindings() {}

    /** Returns whether an {@code accept} item of the route covers a finding with this code about the entry. */
    static boolean contain(RouteConfig route, LintEntry entry, LintCode code) {
        String name = entry.config().name();
        return route.accepted().stream()
                .anyMatch(item -> (code == LintCode.AUTHENTICATION_FAILS_OPEN && failsOpen(item, name))
                        || (code == LintCode.SKIPPED_ON_HIT && isSkippedOnHit(item, name))
                        || (code == LintCode.LIMIT_COSTS_NOTHING && costsNothing(item, name)));
    }

    private static boolean costsNothing(AcceptConfig item, String entry) {
        return item.key().equals(NO_LIMIT)
                && item.circumstances().stream()
                        .anyMatch(circumstance -> circumstance.kind().equals(COSTS_NOTHING)
                                && circumstance.entry().equals(entry));
    }

    private static boolean failsOpen(AcceptConfig item, String entry) {
        return item.key().equals(NO_IDENTITY)
                && item.circumstances().stream()
                        .anyMatch(circumstance -> FAILURES.contains(circumstance.kind())
                                && circumstance.entry().equals(entry));
    }

    /**
     * Returns whether the item accepts that the entry does not run for answers from memory. An item for requests
     * without an identity names no entries, and covers each entry.
     */
    private static boolean isSkippedOnHit(AcceptConfig item, String entry) {
        return item.circumstances().stream()
                        .anyMatch(circumstance -> circumstance.kind().equals(FROM_MEMORY))
                && (item.key().equals(NO_IDENTITY) || item.entries().contains(entry));
    }
}
