package io.policyengine.core.config;

/** The part that a chain entry takes; a later one is stronger as an override. */
public enum EntryMode {
    /** It runs and its outcome counts. */
    ENFORCE,
    /** It runs, and nothing that it decides is applied. */
    SHADOW,
    /** It is validated but neither checked for nor run. */
    OFF
}
