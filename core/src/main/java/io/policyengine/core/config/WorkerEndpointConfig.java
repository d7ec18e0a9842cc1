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

        @Doc(
                "Numeric id of the user that the worker's process runs as; root may serve too. Absent: the kernel's own user.")
        @Nullable
        @Range(min = 0, max = Integer.MAX_VALUE)
        Integer uid,

        @Doc("Run the worker in the kernel's process, whatever `socket_path` says.") @Default("false")
        boolean embedded,

        @Doc(
                "The policies that the worker may declare, and nobody else. Absent: whichever belong to no other worker. Production says it, so"
                        + " that it does not depend on which worker is there first.")
        @Nullable
        List<String> policies,

        @Doc(
                "Whether the kernel is ready without the worker. Its routes answer 503 all the same while it cannot be called.")
        @Default("false")
        boolean optional,

        @Doc("Most time for one call in milliseconds.")
        @JsonProperty("timeout_ms")
        @Default("500")
        @Range(min = 1, max = 5000)
        Duration timeout,

        @Doc("After connection failures only, never once the worker may have run.") @Default("{}")
        Retry retry,

        @Doc("Time between health checks in milliseconds.")
        @JsonProperty("health_check_interval_ms")
        @Default("5000")
        @Range(min = 10)
        Duration healthCheckInterval,

        @Doc("Most time for the answer to a health check in milliseconds.")
        @JsonProperty("health_check_timeout_ms")
        @Default("100")
        @Range(min = 1)
        Duration healthCheckTimeout,

        @Doc(
                "Missed health checks in a row that make the worker unhealthy. A lost connection does so at once. While another replica"
                        + " can be called, one that did not answer a call in time is asked at once, and a missed check is repeated sooner than"
                        + " the interval.")
        @Default("2")
        @Range(min = 1)
        int unhealthyThreshold,

        @Doc("Whether a chain goes on without this worker where its entries do not say.") @Default("false")
        boolean failOpen,

        @Doc(
                "Which replica serves an exchange: `none` (the least busy), `client_ip` or `header:NAME` (always the same for one"
                        + " client address or one value of the header, while it can be called; the least busy where there is none).")
        @Default("\"none\"")
        @Pattern("^(none|client_ip|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$")
        String affinity) {
    /** A worker without a socket is embedded, and an embedded one has no socket. */
    public WorkerEndpointConfig {
        embedded = embedded || socketPath == null;
        socketPath = embedded ? null : socketPath;
        policies = policies == null ? null : List.copyOf(policies);
    }

    /** How a connection is tried again. */
    public record Retry(
            @Doc("Attempts, the first included.") @Default("3") @Range(min = 1, max = 10)
            int maxAttempts,

            @Doc("Pause between attempts in milliseconds.") @JsonProperty("backoff_ms") @Default("100")
            Duration backoff) {}
}
