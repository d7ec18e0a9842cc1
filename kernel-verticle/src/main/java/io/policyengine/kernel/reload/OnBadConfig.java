package io.policyengine.kernel.reload;

/** The reaction to an unusable conf directory when the kernel starts. */
public enum OnBadConfig {
    FAIL,
    /** The kernel starts with the newest generation on disk, and uses it until the files are repaired. */
    LAST_GOOD
}
