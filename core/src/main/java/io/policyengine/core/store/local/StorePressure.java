package io.policyengine.core.store.local;

/**
 * Receives reports from a store in memory about values that it refuses or drops, because its memory is used up. Called
 * on the thread of the operation.
 */
public interface StorePressure {
    /** A receiver that ignores all reports. */
    StorePressure NONE = new StorePressure() {
        @Override
        public void refused() {}

        @Override
        public void dropped(int values) {}
    };

    /** Reports that a value which must not be evicted was refused, because there was no room. */
    void refused();

    /** Reports the number of droppable values that were removed before they expired, to make room for others. */
    void dropped(int values);
}
