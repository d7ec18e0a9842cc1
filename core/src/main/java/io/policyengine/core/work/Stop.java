package io.policyengine.core.work;

/** A question to whoever asked for work: whether its result is still wanted. Thread-safe, and cheap enough for inner loops. */
public interface Stop {
    /** True once nobody wants the result. */
    boolean isStopped();

    /** Ends work whose result nobody wants: throws a {@link StoppedException} then, and does nothing until then. */
    default void check() {
        if (isStopped()) {
            throw new StoppedException();
        }
    }
}
