package io.policyengine.core.policy;

/** Counts the results of cache lookups. Thread-safe and allocation-free. */
public interface CacheMeter {
    /** Counts a fresh entry. */
    void hit();

    /** Counts a stale entry that was used, because the policy permits it or no new value is available. */
    void stale();

    /** Counts a missing or unusable entry. */
    void miss();
}
