package io.policyengine.kernel.generation;

/** The losses that are rejected as accidents when a configuration replaces another. */
public enum LossGuard {
    /** Guards against many lost or refused routes, and against truncated files. */
    FULL,
    /** Guards against many lost or refused routes only: the engine itself writes complete files. */
    ROUTES,
    /** Guards against nothing: the loss is intended. */
    NONE
}
