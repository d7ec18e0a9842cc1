package io.policyengine.core.worker;

import io.vertx.core.Future;

/**
 * The connection from a kernel to one replica of a worker, in process or over a socket.
 *
 * <p>The kernel calls {@link #connect} on one event loop, and calls it again after a pause if it fails or the replica
 * is lost. The kernel calls {@link #link} once on each event loop that handles exchanges.
 */
public interface WorkerConnector {
    /** The address of the replica in logs: a socket path, or {@code embedded}. */
    String address();

    /** Returns whether the replica exports its own spans of traced calls. */
    default boolean makesSpans() {
        return false;
    }

    /**
     * Connects to the replica. Fails with {@link WorkerException} if the replica cannot be reached now.
     *
     * @param lost called once, on the caller's event loop, when the connection to a connected replica is lost
     */
    Future<WorkerControl> connect(Runnable lost);

    /** Returns a link to the replica for the calling event loop. The link connects and reconnects by itself. */
    WorkerLink link();

    /** Closes all connections. */
    Future<Void> close();
}
