package io.policyengine.core.config;

/** The mode of a chain entry. If several modes apply through overrides, the last in this order wins. */
public enum EntryMode {
    /** The entry runs and its outcome applies. */
    ENFORCE,
    /** The entry runs, but its outcome is not applied. */
    SHADOW,
    /** The entry is validated but does not run, and its worker need not be available. */
    OFF
}
