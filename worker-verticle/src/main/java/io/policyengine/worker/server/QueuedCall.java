package io.policyengine.worker.server;

import io.policyengine.core.work.executor.WaitingLine;

/**
 * A call or chunk that has arrived and waits for its event loop. It begins in the first half of the time that it had
 * when it arrived: a later start would leave its policies too little time.
 */
abstract class QueuedCall implements WaitingLine.Waiting {
    private final long arrived;
    private final long deadline;

    /** Creates a call with times of the ticker. */
    QueuedCall(long arrived, long deadline) {
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

    final boolean isPastDeadline(long now) {
        return deadline - now <= 0;
    }

    /** Begins the call. */
    abstract void run();

    /** Refuses the call as overload. Nothing of it has run. */
    abstract void refuse(String why);
}
