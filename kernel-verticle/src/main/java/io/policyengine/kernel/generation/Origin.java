package io.policyengine.kernel.generation;

/** The origin of a generation. */
public enum Origin {
    /** The kernel started. */
    START,
    /** Files changed. */
    FILES,
    /** SIGHUP. */
    SIGNAL,
    /** The management API. */
    API,
    /** Workers declare something else; the configuration is the same. */
    WORKERS,
    /** The time of an override is over; the configuration is the same. */
    OVERRIDE_ENDED
}
