package io.policyengine.worker.server;

import io.policyengine.core.work.executor.WaitingLine;

/**
 * A call or chunk that has arrived and waits for its event loop. It must begin in the first half of the time that it
 * had on arrival: a later start would leave its policies too little time. Calls of the response phase and chunks begin
 * before requests, since a refusal would waste the work that their exchange has already caused.
 */
abstract class QueuedCall implements WaitingLine.Waiting {
    private final long arrived;
    private final long deadline;
    private final boolean goesOn;

    /**
     * Creates a call with times of the ticker.
     *
     * @param goesOn whether it belongs to an exchange whose request has been processed, or to a call that has begun
     */
    QueuedCall(long arrived, long deadline, boolean goesOn) {
        this.goesOn = goesOn;
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

    final boolean goesOn() {
        return goesOn;
    }

    final boolean isPastDeadline(long now) {
        return deadline - now <= 0;
    }

    /** Begins the call. */
    abstract void run();

    /** Refuses the call as overload. No part of the call has run. */
    abstract void refuse(String why);
}
