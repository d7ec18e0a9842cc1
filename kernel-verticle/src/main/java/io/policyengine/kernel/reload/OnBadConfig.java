package io.policyengine.kernel.reload;

/** The reaction of a kernel whose conf directory cannot be used when it starts. */
public enum OnBadConfig {
    /** The kernel does not start. */
    FAIL,
    /** The kernel starts with the newest generation on disk until the files are repaired. */
    LAST_GOOD
}
