package io.policyengine.kernel.remote;

/**
 * The entries of a chain that a call runs.
 *
 * @param first index of the first
 * @param end index after the last
 */
record EntryRange(int first, int end) {
    int size() {
        return end - first;
    }

    boolean contains(int entry) {
        return entry >= first && entry < end;
    }
}
