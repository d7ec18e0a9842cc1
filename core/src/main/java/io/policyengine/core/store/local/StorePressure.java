package io.policyengine.core.store.local;

/**
 * Receives reports on values that a store in memory refuses or drops because its memory is used up. Called on the
 * thread of the operation.
 */
public interface StorePressure {
    /** A receiver that ignores all reports. */
    StorePressure NONE = new StorePressure() {
        @Override
        public void refused() {}

        @Override
        public void dropped(int values) {}
    };

    /** Reports that a value which must not be evicted had no room. */
    void refused();

    /** Reports that values which may be dropped gave way to others before their time. */
    void dropped(int values);
}
