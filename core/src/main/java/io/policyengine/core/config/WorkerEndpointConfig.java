package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker, or a replica of one, that the kernel calls.
 *
 * @param socketPath null exactly if the worker is embedded
 */
public record WorkerEndpointConfig(
        @Doc("The name that the worker reports. Entries of the same name are replicas.")
        @Pattern("^[A-Za-z0-9._-]{1,63}$")
        String name,

        @Doc("The worker's Unix domain socket, at most 107 bytes. Absent: the worker is embedded.") @Nullable
        String socketPath,

        @Doc("Numeric id of the user that the worker's process runs as; root is accepted too. Absent: the "
                + "kernel's own user.")
        @Nullable
        @Range(min = 0, max = Integer.MAX_VALUE)
        Integer uid,

        @Doc("True if the worker runs in the kernel's process, whatever `socket_path` says.") @Default("false")
        boolean embedded,

        @Doc("The policies that this worker may declare, and no other worker may. Absent: those that belong to no "
                + "other worker. Set it in production, so that nothing depends on which worker comes first.")
        @Nullable
        List<String> policies,

        @Doc("True if the kernel is ready without the worker. Its routes still answer 503 while it cannot be "
                + "called.")
        @Default("false")
        boolean optional,

        @Doc("Maximum time for one call, in milliseconds.")
        @JsonProperty("timeout_ms")
        @Default("500")
        @Range(min = 1, max = 5000)
        Duration timeout,

        @Doc("Maximum number of concurrent calls to one replica, as its `server.max_concurrent_requests` "
                + "allows. A route may have three times as many as are free: beyond that its calls are refused as "
                + "overload, and those of other routes go on.")
        @Default("1000")
        @Range(min = 1, max = Integer.MAX_VALUE)
        int maxCalls,

        @Doc("Retries of calls, only after connection failures, never once the worker may have begun the call.")
        @Default("{}")
        Retry retry,

        @Doc("Time between health checks in milliseconds.")
        @JsonProperty("health_check_interval_ms")
        @Default("5000")
        @Range(min = 10)
        Duration healthCheckInterval,

        @Doc("Maximum time for the answer to a health check, in milliseconds.")
        @JsonProperty("health_check_timeout_ms")
        @Default("100")
        @Range(min = 1)
        Duration healthCheckTimeout,

        @Doc("Number of missed health checks in a row that makes the worker unhealthy. A lost connection does so "
                + "at once. While another replica can be called, one that did not answer a call in time is checked at "
                + "once, and a missed check is repeated before the interval is over.")
        @Default("2")
        @Range(min = 1)
        int unhealthyThreshold,

        @Doc("True if a chain goes on without this worker, unless its entries say otherwise.") @Default("false")
        boolean failOpen,

        @Doc("Choice of the replica that serves an exchange: `none` (the least busy), `client_ip` or "
                + "`header:NAME` (always the same for one client address or one value of the header, while it can be "
                + "called; the least busy if the request has none).")
        @Default("\"none\"")
        @Pattern("^(none|client_ip|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$")
        String affinity) {
    /** A worker without a socket is embedded, and an embedded one has no socket. */
    public WorkerEndpointConfig {
        embedded = embedded || socketPath == null;
        socketPath = embedded ? null : socketPath;
        policies = policies == null ? null : List.copyOf(policies);
    }

    /** The retries of a call. */
    public record Retry(
            @Doc("Maximum number of attempts, including the first.") @Default("3") @Range(min = 1, max = 10)
            int maxAttempts,

            @Doc("Pause between attempts in milliseconds.") @JsonProperty("backoff_ms") @Default("100")
            Duration backoff) {}
}
