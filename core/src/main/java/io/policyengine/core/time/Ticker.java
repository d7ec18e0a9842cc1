package io.policyengine.core.time;

/** A monotonic clock, for durations and deadlines. */
@FunctionalInterface
public interface Ticker {
    /** The clock of the machine. */
    Ticker SYSTEM = System::nanoTime;

    /** Nanoseconds since some fixed moment; only differences mean something. */
    long nanoTime();
}
