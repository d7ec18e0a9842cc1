package io.policyengine.kernel.overload;

import io.policyengine.core.time.Ticker;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The limits of the calls that one event loop has in flight at one replica: one {@link ReplicaLimit} for each kind of
 * call. A replica begins calls of some kinds before others, and calls of one kind may take much longer. So the wait of
 * one kind shows nothing about another: prompt answers to responses would hide that requests wait. Confined to the event
 * loop, except {@link #calls}.
 */
public final class ReplicaLimits {
    private final List<ReplicaLimit> limits;

    /**
     * Creates the limits of calls to a replica. At first they admit every call.
     *
     * @param random the event loop's random generator
     */
    public ReplicaLimits(Ticker ticker, RandomGenerator random) {
        this.limits = Arrays.stream(CallKind.values())
                .map(_ -> new ReplicaLimit(ticker, random))
                .toList();
    }

    /** Returns the limit of one kind of calls. */
    public ReplicaLimit of(CallKind kind) {
        return limits.get(kind.ordinal());
    }

    /**
     * Returns whether a call may be sent. A call that opens a body must also be admitted by the limit of chunks.
     *
     * @param timeout the timeout of the worker's calls, in nanoseconds
     */
    public boolean admits(CallKind kind, boolean opensBody, CallOrigin caller, long timeout) {
        boolean isAdmitted = of(kind).admits(caller, timeout);
        return opensBody ? of(CallKind.CHUNK).admits(caller, timeout) && isAdmitted : isAdmitted;
    }

    /** Returns how many calls may be in flight, of the kinds that are limited; 0 without a limit. Thread-safe. */
    public int calls() {
        return limits.stream().mapToInt(limit -> limit.state().calls()).sum();
    }
}
