package io.policyengine.core.worker;

import io.vertx.core.Future;

/**
 * The way from a kernel to one replica of a worker: embedded in the process, or over a socket.
 *
 * <p>{@link #connect} is called from one event loop and again, after a pause, whenever it failed or the replica was lost. {@link
 * #link} is called once on each event loop that handles exchanges.
 */
public interface WorkerConnector {
    /** The address of the replica in logs: a socket path, or {@code embedded}. */
    String address();

    /** True if the replica sends spans of its own for calls with a trace. */
    default boolean makesSpans() {
        return false;
    }

    /**
     * Reaches the replica; fails with {@link WorkerException} if that is not possible now.
     *
     * @param lost called once, on the caller's event loop, when a replica that had been reached is no more
     */
    Future<WorkerControl> connect(Runnable lost);

    /** The calling event loop's way to the replica; it connects by itself and again when needed. */
    WorkerLink link();

    /** Closes all connections. */
    Future<Void> close();
}
