package io.policyengine.policies.ai.semanticcache.entry;

/** The result of looking for an entry by its id. */
public sealed interface EntryLookup {
    /** An existing entry, and the seconds until it expires. */
    record Kept(Entry entry, long seconds) implements EntryLookup {}

    /** A missing entry, and the number of entries in the partition. */
    record Absent(long others) implements EntryLookup {}
}
