package io.policyengine.kernel.generation;

/** The losses of routes or text that are rejected as accidents when a configuration replaces another. */
public enum LossGuard {
    /** Rejects the loss or refusal of many routes, and truncated files. */
    FULL,
    /**
     * Rejects the loss or refusal of many routes. Files written by the engine itself are complete, so truncation is not
     * checked.
     */
    ROUTES,
    /** Rejects no loss: the loss is intended. */
    NONE
}
