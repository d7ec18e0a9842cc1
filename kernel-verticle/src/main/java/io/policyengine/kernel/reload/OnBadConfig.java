package io.policyengine.kernel.reload;

/** The reaction of a kernel whose conf directory cannot be used when it starts. */
public enum OnBadConfig {
    /** It does not start. */
    FAIL,
    /** It starts with the newest generation on disk, until the files are mended. */
    LAST_GOOD
}
