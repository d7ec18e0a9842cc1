package io.policyengine.kernel.overload;

import io.policyengine.core.time.Ticker;
import java.util.random.RandomGenerator;

/**
 * The limits of the calls that one event loop has in flight at one replica: one {@link ReplicaLimit} for each kind of
 * call. A replica begins calls of some kinds before others, and calls of one kind may take much longer. So the wait of
 * one kind shows nothing about another: prompt answers to responses would hide that requests wait. Confined to the event
 * loop, except {@link #calls}.
 */
public final class ReplicaLimits {
    private final ReplicaLimit requests;
    private final ReplicaLimit responses;
    private final ReplicaLimit chunks;

    /**
     * Creates the limits of calls to a replica. At first they admit every call.
     *
     * @param random the event loop's random generator
     */
    public ReplicaLimits(Ticker ticker, RandomGenerator random) {
        this.requests = new ReplicaLimit(ticker, random);
        this.responses = new ReplicaLimit(ticker, random);
        this.chunks = new ReplicaLimit(ticker, random);
    }

    /** Returns the limit of one kind of calls. */
    public ReplicaLimit of(CallKind kind) {
        return switch (kind) {
            case REQUEST -> requests;
            case RESPONSE -> responses;
            case CHUNK -> chunks;
        };
    }

    /**
     * Returns whether a call may be sent. A call that opens a body must also be admitted by the limit of chunks.
     *
     * @param timeout the timeout of the worker's calls, in nanoseconds
     */
    public boolean admits(CallKind kind, boolean opensBody, CallOrigin caller, long timeout) {
        boolean isAdmitted = of(kind).admits(caller, timeout);
        return opensBody ? chunks.admits(caller, timeout) && isAdmitted : isAdmitted;
    }

    /** Returns how many calls may be in flight, of the kinds that are limited; 0 without a limit. Thread-safe. */
    public int calls() {
        return requests.state().calls()
                + responses.state().calls()
                + chunks.state().calls();
    }
}
