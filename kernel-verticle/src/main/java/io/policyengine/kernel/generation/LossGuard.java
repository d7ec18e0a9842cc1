package io.policyengine.kernel.generation;

/** The losses that are taken for an accident when a configuration replaces another. */
public enum LossGuard {
    /** Many routes that are gone or refused, and files that are cut off. */
    FULL,
    /** Many routes that are gone or refused: the files are written by the engine itself, whole. */
    ROUTES,
    /** Nothing: somebody says that it is meant. */
    NONE
}
