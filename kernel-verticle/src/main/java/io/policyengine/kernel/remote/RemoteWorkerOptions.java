package io.policyengine.kernel.remote;

import io.policyengine.core.net.PeerCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way in which a worker's replica is reached.
 *
 * @param socketPath of its Unix domain socket
 * @param peer the user that the worker runs as
 * @param connectTimeout the most time for a connection
 * @param controlTimeout the most time for requests that are not calls: for its description, or its health
 * @param prepareTimeout the most time for preparing a page of chains; longer than anybody waits for it, so that a worker which takes long
 *     finds what it has prepared already
 * @param maxCallsInFlight calls that wait for an answer, per event loop; more are refused
 * @param maxMessageBytes the largest message that it may answer with
 */
public record RemoteWorkerOptions(
        String socketPath,
        PeerCheck peer,
        Duration connectTimeout,
        Duration controlTimeout,
        Duration prepareTimeout,
        int maxCallsInFlight,
        int maxMessageBytes) {

    /** The defaults of {@code kernel.yaml}: a worker of this process's user. */
    public static RemoteWorkerOptions defaults(String socketPath) {
        return of(socketPath, null);
    }

    /**
     * The defaults, for a worker that runs as this user.
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

    /** The same with another bound of calls. */
    public RemoteWorkerOptions withMaxCallsInFlight(int changed) {
        return new RemoteWorkerOptions(
                socketPath, peer, connectTimeout, controlTimeout, prepareTimeout, changed, maxMessageBytes);
    }
}
