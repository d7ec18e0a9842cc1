package io.policyengine.core.config;

/** Whether a chain entry takes part; a later one is stronger as an override. */
public enum EntryMode {
    /** It runs and its outcome counts. */
    ENFORCE,
    /** It runs, and nothing that it decides is applied. */
    SHADOW,
    /** It is validated but neither checked for nor run. */
    OFF
}
