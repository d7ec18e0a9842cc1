package io.policyengine.core.work;

/** Reports to work whether its result is still wanted. Thread-safe, and cheap enough for inner loops. */
public interface StopSignal {
    /** True once the result is no longer wanted. */
    boolean isStopped();

    /** Throws a {@link StoppedException} if the result is no longer wanted. */
    default void check() {
        if (isStopped()) {
            throw new StoppedException();
        }
    }
}
