package io.policyengine.core.policy;

/** Counts the results of cache lookups. Thread-safe and allocation-free. */
public interface CacheMeter {
    /** Counts a lookup that found a fresh entry. */
    void hit();

    /** Counts a lookup that found a stale entry, whether or not the entry was used. */
    void stale();

    /** Counts a lookup that found no entry, or an unusable one. */
    void miss();
}
