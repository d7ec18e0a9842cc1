package io.policyengine.core.policy;

/** Counts what a cache gave to those who asked it, for the metrics. Thread-safe, and without anything new in memory. */
public interface CacheMeter {
    /** It held what was asked for, and that was fresh. */
    void hit();

    /** It held what was asked for, but no longer fresh: that is given, or serves while it cannot be had anew. */
    void stale();

    /** It did not hold what was asked for, or not as it was wanted. */
    void miss();
}
