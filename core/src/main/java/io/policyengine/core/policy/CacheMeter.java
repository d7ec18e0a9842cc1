package io.policyengine.core.policy;

/** Counts the results of cache lookups. Thread-safe and allocation-free. */
public interface CacheMeter {
    /** Counts a fresh entry. */
    void hit();

    /** Counts a stale entry, used because it may be, or while a new value is unavailable. */
    void stale();

    /** Counts a missing or unusable entry. */
    void miss();
}
