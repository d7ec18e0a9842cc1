package io.policyengine.worker.server;

/** The count of what a call with a message of its own holds. */
interface CallSize {
    /** Small, or rare: not counted. */
    CallSize UNCOUNTED = new CallSize() {
        @Override
        public void arrived(int length) {}

        @Override
        public void answered(int length) {}
    };

    /** The message is here, with so many bytes. */
    void arrived(int length);

    /** An answer of so many bytes is about to leave. */
    void answered(int length);
}
