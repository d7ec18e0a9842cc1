package io.policyengine.worker;

import org.jspecify.annotations.Nullable;

/**
 * A policy that is running on an event loop.
 *
 * @param at the running entry; null if unknown, because the policy was resumed after a wait
 */
public record RunningPolicy(String policy, @Nullable Position at) {
    /** The position of an entry in the configuration. */
    public record Position(String entry, String phase, String route) {}

    /** Describes the policy and its position for users. */
    @Override
    public String toString() {
        return at == null
                ? "policy '" + policy + "'"
                : "policy '" + policy + "' (entry '" + at.entry() + "' of the " + at.phase() + " chain of route '"
                        + at.route() + "')";
    }
}
