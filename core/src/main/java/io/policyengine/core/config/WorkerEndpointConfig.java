package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Removed;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker that the kernel calls, or one of its replicas.
 *
 * @param socketPath path of the worker's socket; null if not configured, or if the worker is always embedded
 */
@Removed(key = "optional", since = "0.1.0", instead = "write 'required: false' for 'optional: true'")
public record WorkerEndpointConfig(
        @Doc("The name that the worker reports. Entries of the same name are replicas.")
        @Pattern("^[A-Za-z0-9._-]{1,63}$")
        String name,

        @Doc("Path of the worker's Unix domain socket; at most 107 bytes. A relative path is in the socket directory,"
                + " as in the worker's own file. Absent: the command `run` embeds the worker, and the command `kernel`"
                + " connects to the default socket of a worker.")
        @Nullable
        String socketPath,

        @Doc("Uid of the user as which the worker's process runs. Root is accepted too. Absent: the kernel's own user.")
        @Nullable
        @Range(min = 0, max = Integer.MAX_VALUE)
        Integer uid,

        @Doc("True if the worker always runs in the kernel's process. `socket_path` is then ignored, and the command"
                + " `kernel` does not start.")
        @Default("false")
        boolean embedded,

        @Doc("The policies that only this worker may declare. Absent: all policies that belong to no other worker. Set"
                + " this key in production, so that the owner of a policy does not depend on which worker connects"
                + " first.")
        @Nullable
        List<String> policies,

        @Doc("Readiness of the kernel while the worker cannot be called. `true`: the kernel is not ready if at least"
                + " one route needs the worker. `auto`: the kernel is not ready if more than half of the routes wait"
                + " for workers. `false`: the worker does not affect readiness. After a start, until the kernel is"
                + " ready for the first time, `auto` has the effect of `true`, for at most a minute. In all cases,"
                + " routes that need the worker are answered with 503.")
        @Default("\"auto\"")
        Required required,

        @Doc("Maximum time for one call, in milliseconds.")
        @JsonProperty("timeout_ms")
        @Default("500")
        @Range(min = 1, max = 5000)
        Duration timeout,

        @Doc("Maximum number of concurrent calls to one replica. The value should not exceed the worker's"
                + " `server.max_concurrent_requests`. A single route may have at most three times as many calls in"
                + " flight as the replica can still accept. Further calls of the route are refused as overload, so that"
                + " other routes can still call the worker.")
        @Default("1000")
        @Range(min = 1, max = Integer.MAX_VALUE)
        int maxCalls,

        @Doc("A limit on the calls in flight to each replica, which adapts to the time of the answers.") @Default("{}")
        Adaptive adaptive,

        @Doc("Retries of calls. A call is retried only after a connection failure, and never if the worker may "
                + "have begun it.")
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

        @Doc("Number of consecutive failed health checks after which the replica is unhealthy. A lost connection makes"
                + " a replica unhealthy immediately. While another replica can be called, a replica that did not answer"
                + " a call in time is checked immediately. In this case, a failed check is repeated before the interval"
                + " has passed.")
        @Default("2")
        @Range(min = 1)
        int unhealthyThreshold,

        @Doc("True if a chain continues when this worker is unavailable. The `on_failure` of an entry takes"
                + " precedence.")
        @Default("false")
        boolean failOpen,

        @Doc("Choice of the replica that serves an exchange. `none`: the least busy replica. `client_ip` or"
                + " `header:NAME`: the same replica for the same client address or header value, while that replica can"
                + " be called. A request without this address or header goes to the least busy replica.")
        @Default("\"none\"")
        @Pattern("^(none|client_ip|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$")
        String affinity) {
    /** Ignores the socket of an embedded worker. */
    public WorkerEndpointConfig {
        socketPath = embedded ? null : socketPath;
        policies = policies == null ? null : List.copyOf(policies);
    }

    /** The adaptive limit of calls in flight to a replica. */
    public record Adaptive(
            @Doc("True if a call is refused as overload when it would wait at a replica for more than about a third of"
                    + " `timeout_ms`. The kernel first tries another replica. Calls for routes of low `priority` are"
                    + " refused first. Calls to slow targets do not count as waiting.")
            @Default("true")
            boolean enabled) {}

    /** The retries of a call. */
    public record Retry(
            @Doc("Maximum number of attempts, including the first.") @Default("3") @Range(min = 1, max = 10)
            int maxAttempts,

            @Doc("Pause between attempts in milliseconds.") @JsonProperty("backoff_ms") @Default("100")
            Duration backoff) {}
}
