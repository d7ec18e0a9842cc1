package io.policyengine.kernel.generation;

/** The event that led to a generation. */
public enum Origin {
    /** The start of the kernel. */
    START,
    /** A change of files in the conf directory. */
    FILES,
    /** The signal SIGHUP. */
    SIGNAL,
    /** A request to the management API. */
    API,
    /** A change of the workers. The configuration is the same, or one that the workers did not accept before. */
    WORKERS,
    /** The end of an override. The configuration is the same. */
    OVERRIDE_ENDED
}
