package io.policyengine.policies.ai.semanticcache.entry;

/** The result of looking for an entry by its id. */
public sealed interface EntryLookup {
    /**
     * The entry exists.
     *
     * @param seconds seconds until it expires
     */
    record Kept(Entry entry, long seconds) implements EntryLookup {}

    /**
     * The entry does not exist.
     *
     * @param others number of entries in the partition
     */
    record Absent(long others) implements EntryLookup {}
}
