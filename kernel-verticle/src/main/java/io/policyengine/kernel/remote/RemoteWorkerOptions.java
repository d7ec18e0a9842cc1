package io.policyengine.kernel.remote;

import io.policyengine.core.net.PeerCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection options of a worker's replica.
 *
 * @param socketPath path of its Unix domain socket
 * @param peer the permitted user of the worker
 * @param connectTimeout limit of a connection attempt
 * @param controlTimeout limit of management requests: its description, or its health
 * @param prepareTimeout limit of preparing a page of chains; longer than callers wait, so that a slow worker's results
 *     can be used later
 * @param maxCallsInFlight limit of pending calls per event loop
 * @param maxMessageBytes limit of an answer
 */
public record RemoteWorkerOptions(
        String socketPath,
        PeerCheck peer,
        Duration connectTimeout,
        Duration controlTimeout,
        Duration prepareTimeout,
        int maxCallsInFlight,
        int maxMessageBytes) {

    /** Returns the defaults of {@code kernel.yaml}, for a worker of this process's user. */
    public static RemoteWorkerOptions defaults(String socketPath) {
        return of(socketPath, null);
    }

    /**
     * Returns the defaults for a worker that runs as this user.
     *
     * @param uid null for this process's own
     */
    public static RemoteWorkerOptions of(String socketPath, @Nullable Integer uid) {
        return new RemoteWorkerOptions(
                socketPath,
                PeerCheck.of(uid, "the process that listens on " + socketPath, "'uid' of the worker in kernel.yaml"),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                1000,
                16 << 20);
    }

    /** Returns a copy with another limit of pending calls. */
    public RemoteWorkerOptions withMaxCallsInFlight(int changed) {
        return new RemoteWorkerOptions(
                socketPath, peer, connectTimeout, controlTimeout, prepareTimeout, changed, maxMessageBytes);
    }
}
