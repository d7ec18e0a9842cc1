package io.policyengine.core.config;

/** The part that a chain entry takes; a later one is stronger as an override. */
public enum EntryMode {
    /** The entry runs and its outcome applies. */
    ENFORCE,
    /** The entry runs, and its outcome is not applied. */
    SHADOW,
    /** The entry is validated, but neither required nor run. */
    OFF
}
