package io.policyengine.kernel.remote;

import java.time.Duration;

/**
 * How a worker's replica is reached.
 *
 * @param socketPath of its Unix domain socket
 * @param connectTimeout the most time for a connection
 * @param controlTimeout the most time for questions that are no calls: who it is, how it is
 * @param prepareTimeout the most time for preparing a page of chains; longer than anybody waits for it, so that a worker which takes long
 *     finds what it has prepared already
 * @param maxCallsInFlight calls that wait for an answer, per event loop; more are refused
 * @param maxMessageBytes the largest message that it may answer with
 */
public record RemoteWorkerOptions(
        String socketPath,
        Duration connectTimeout,
        Duration controlTimeout,
        Duration prepareTimeout,
        int maxCallsInFlight,
        int maxMessageBytes) {

    /** The defaults of {@code kernel.yaml}. */
    public static RemoteWorkerOptions defaults(String socketPath) {
        return new RemoteWorkerOptions(
                socketPath, Duration.ofMillis(500), Duration.ofSeconds(5), Duration.ofMinutes(1), 1000, 16 << 20);
    }

    /** The same with another bound of calls. */
    public RemoteWorkerOptions withMaxCallsInFlight(int changed) {
        return new RemoteWorkerOptions(
                socketPath, connectTimeout, controlTimeout, prepareTimeout, changed, maxMessageBytes);
    }
}
