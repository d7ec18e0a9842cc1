package io.policyengine.core.worker;

import java.time.Duration;

/**
 * The queues of a worker.
 *
 * @param waitingCalls number of calls and chunks that have arrived and have not begun
 * @param callWait time that the most recently begun call had waited since its arrival
 * @param waitingWork number of pieces of work off the event loops that wait for a thread
 * @param workWait time that the most recently begun piece of work had waited
 */
public record WorkerLoad(int waitingCalls, Duration callWait, int waitingWork, Duration workWait) {
    /** The load of a worker whose queues are empty. */
    public static final WorkerLoad NONE = new WorkerLoad(0, Duration.ZERO, 0, Duration.ZERO);
}
