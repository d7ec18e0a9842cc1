package io.policyengine.kernel.generation;

/** The strictness of the check that rejects a new configuration for an accidental loss of routes or text. */
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
