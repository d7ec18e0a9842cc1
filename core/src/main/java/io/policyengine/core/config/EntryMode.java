package io.policyengine.core.config;

/** The mode of a chain entry, in ascending strength as an override. */
public enum EntryMode {
    /** The entry runs and its outcome applies. */
    ENFORCE,
    /** The entry runs, and its outcome is not applied. */
    SHADOW,
    /** The entry is validated, but neither required nor run. */
    OFF
}
