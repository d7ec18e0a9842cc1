package io.policyengine.worker.server;

import io.policyengine.core.work.executor.WaitingLine;
import io.policyengine.protocol.PhaseCodec;

/**
 * A call or chunk that has arrived and waits for its event loop. It must begin in the first half of the time that it
 * had on arrival: a later start would leave its policies too little time. Calls of the response phase begin first, then
 * chunks, then requests. A late refusal would waste the work that the exchange has already caused.
 */
abstract class QueuedCall implements WaitingLine.Waiting {
    private final long arrived;
    private final long deadline;
    private final Kind kind;

    /** The kinds of calls, in the order in which they begin. */
    enum Kind {
        /** A call for an exchange whose request has been processed. */
        RESPONSE,
        /** A chunk of a body, whose call has begun. */
        CHUNK,
        /** A call that an exchange begins with. */
        REQUEST;

        static Kind of(PhaseCodec<?> phase) {
            return phase.equals(PhaseCodec.request()) ? REQUEST : RESPONSE;
        }
    }

    /** Creates a call with times of the ticker. */
    QueuedCall(long arrived, long deadline, Kind kind) {
        this.kind = kind;
        this.arrived = arrived;
        this.deadline = deadline;
    }

    @Override
    public final long since() {
        return arrived;
    }

    @Override
    public final long until() {
        return arrived + (deadline - arrived) / 2;
    }

    final Kind kind() {
        return kind;
    }

    final boolean isPastDeadline(long now) {
        return deadline - now <= 0;
    }

    /** Begins the call. */
    abstract void run();

    /** Refuses the call as overload. No part of the call has run. */
    abstract void refuse(String why);
}
