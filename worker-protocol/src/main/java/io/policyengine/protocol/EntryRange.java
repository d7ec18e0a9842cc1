package io.policyengine.protocol;

/**
 * The entries of a chain that a call runs.
 *
 * @param first index of the first
 * @param end index after the last
 */
public record EntryRange(int first, int end) {
    public int size() {
        return end - first;
    }

    public boolean contains(int entry) {
        return entry >= first && entry < end;
    }
}
