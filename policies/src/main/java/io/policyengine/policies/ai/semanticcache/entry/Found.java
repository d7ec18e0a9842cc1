package io.policyengine.policies.ai.semanticcache.entry;

/** The result of looking for an entry by its id. */
public sealed interface Found {
    /**
     * It is there.
     *
     * @param seconds for which it is there still
     */
    record Kept(Entry entry, long seconds) implements Found {}

    /**
     * It is not.
     *
     * @param others the entries of the partition
     */
    record Absent(long others) implements Found {}
}
