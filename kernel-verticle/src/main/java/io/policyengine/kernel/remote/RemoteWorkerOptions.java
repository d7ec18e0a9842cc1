package io.policyengine.kernel.remote;

import io.policyengine.core.net.PeerCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection options of a worker's replica.
 *
 * @param socketPath path of its Unix domain socket
 * @param peer the user that the worker must run as
 * @param connectTimeout time limit of a connection attempt
 * @param controlTimeout time limit of management requests: for the description, or the health
 * @param prepareTimeout time limit for a worker to prepare a page of chains. It is longer than callers wait, so that
 *     the results of a slow worker can be used later
 * @param maxCallsInFlight maximum pending calls per event loop
 * @param maxMessageBytes maximum bytes of an answer
 */
public record RemoteWorkerOptions(
        String socketPath,
        PeerCheck peer,
        Duration connectTimeout,
        Duration controlTimeout,
        Duration prepareTimeout,
        int maxCallsInFlight,
        int maxMessageBytes) {
    /** Maximum pending calls to a worker per event loop. */
    private static final int MAX_CALLS = 1000;

    /** Maximum bytes of an answer of a worker. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    /** Returns the default options of {@code kernel.yaml}, for a worker that runs as this process's user. */
    public static RemoteWorkerOptions defaults(String socketPath) {
        return of(socketPath, null);
    }

    /**
     * Returns the default options for a worker that runs as the given user.
     *
     * @param uid null for this process's own user
     */
    public static RemoteWorkerOptions of(String socketPath, @Nullable Integer uid) {
        return new RemoteWorkerOptions(
                socketPath,
                PeerCheck.of(uid, "the process that listens on " + socketPath, "'uid' of the worker in kernel.yaml"),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                MAX_CALLS,
                MAX_MESSAGE_BYTES);
    }

    /** Returns a copy with another maximum of pending calls. */
    public RemoteWorkerOptions withMaxCallsInFlight(int changed) {
        return new RemoteWorkerOptions(
                socketPath, peer, connectTimeout, controlTimeout, prepareTimeout, changed, maxMessageBytes);
    }
}
