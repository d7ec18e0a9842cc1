package io.policyengine.core.work;

/** Informs running work whether its result is still needed. Thread-safe, and cheap enough for inner loops. */
public interface StopSignal {
    /** Returns whether the work must stop, because its result is no longer needed. */
    boolean isStopped();

    /** Throws a {@link StoppedException} if the result is no longer needed. */
    default void check() {
        if (isStopped()) {
            throw new StoppedException();
        }
    }
}
