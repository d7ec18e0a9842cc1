package io.policyengine.kernel.remote;

import java.time.Duration;

/**
 * How a worker's replica is reached.
 *
 * @param socketPath of its Unix domain socket
 * @param connectTimeout the most time for a connection
 * @param controlTimeout the most time for each question that is not a call: who it is, how it is, preparing a page of chains
 * @param maxCallsInFlight calls that wait for an answer, per event loop; more are refused
 * @param maxMessageBytes the largest message that it may answer with
 */
public record RemoteWorkerOptions(
        String socketPath,
        Duration connectTimeout,
        Duration controlTimeout,
        int maxCallsInFlight,
        int maxMessageBytes) {

    /** The defaults of {@code kernel.yaml}. */
    public static RemoteWorkerOptions defaults(String socketPath) {
        return new RemoteWorkerOptions(socketPath, Duration.ofMillis(500), Duration.ofSeconds(5), 1000, 16 << 20);
    }

    /** The same with another bound of calls. */
    public RemoteWorkerOptions withMaxCallsInFlight(int changed) {
        return new RemoteWorkerOptions(socketPath, connectTimeout, controlTimeout, changed, maxMessageBytes);
    }
}
