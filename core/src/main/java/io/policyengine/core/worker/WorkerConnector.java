package io.policyengine.core.worker;

import io.vertx.core.Future;

/**
 * The connection from a kernel to one replica of a worker, in process or over a socket.
 *
 * <p>{@link #connect} is called on one event loop. If it fails or the replica is lost, it is called again after a
 * pause. {@link #link} is called once on each event loop that handles exchanges.
 */
public interface WorkerConnector {
    /** The address of the replica in logs: a socket path, or {@code embedded}. */
    String address();

    /** Returns whether the replica exports its own spans of traced calls. */
    default boolean makesSpans() {
        return false;
    }

    /**
     * Connects to the replica. Fails with {@link WorkerException} if it cannot be reached now.
     *
     * @param lost called once, on the caller's event loop, when the connection to a connected replica is lost
     */
    Future<WorkerControl> connect(Runnable lost);

    /** Returns the calling event loop's link to the replica, which connects and reconnects by itself. */
    WorkerLink link();

    /** Closes all connections. */
    Future<Void> close();
}
