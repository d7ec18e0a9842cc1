package io.policyengine.core.time;

/** A monotonic clock, for durations and deadlines. */
@FunctionalInterface
public interface Ticker {
    /** The clock of the machine. */
    Ticker SYSTEM = System::nanoTime;

    /** Returns the nanoseconds since an arbitrary fixed moment, so that only differences are meaningful. */
    long nanoTime();
}
