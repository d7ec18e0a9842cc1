package io.policyengine.protocol;

/**
 * The range of entries of a chain that a call runs.
 *
 * @param first index of the first entry
 * @param end index after the last entry
 */
public record EntryRange(int first, int end) {
    public int size() {
        return end - first;
    }

    public boolean contains(int entry) {
        return entry >= first && entry < end;
    }
}
