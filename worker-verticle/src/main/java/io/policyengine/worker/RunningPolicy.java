package io.policyengine.worker;

import org.jspecify.annotations.Nullable;

/**
 * A policy that has an event loop.
 *
 * @param at the entry whose turn it is; null where the policy goes on after a wait, which only its code tells
 */
public record RunningPolicy(String policy, @Nullable Place at) {
    /** Where in the configuration an entry stands. */
    public record Place(String entry, String phase, String route) {}

    /** For people. */
    @Override
    public String toString() {
        return at == null
                ? "policy '" + policy + "'"
                : "policy '" + policy + "' (entry '" + at.entry() + "' of the " + at.phase() + " chain of route '"
                        + at.route() + "')";
    }
}
