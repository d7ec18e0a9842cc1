package io.policyengine.core.worker;

import io.vertx.core.Future;

/**
 * The way from a kernel to one replica of a worker: embedded in the process, or over a socket.
 *
 * <p>{@link #connect} is called from one event loop and again, after a pause, whenever it failed or the replica was lost. {@link
 * #link} is called once on each event loop that handles exchanges.
 */
public interface WorkerConnector {
    /** Where the replica is, for logs: a socket path, or {@code embedded}. */
    String address();

    /** True if the replica says that it sends spans of its own of calls that tell it their trace. */
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

    /** Lets go of all connections. */
    Future<Void> close();
}
