package io.policyengine.core.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Restart;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** The settings of one worker: {@code worker_core} in worker.yaml or a file of its own. */
@Doc("Settings of one worker.")
public record WorkerCoreConfig(
        @Doc("The worker's name in the kernel's configuration.")
        @Restart
        @Default("\"default-worker\"")
        @Pattern("^[A-Za-z0-9._-]{1,63}$")
        String name,

        @Doc("The Unix domain socket to listen on, at most 107 bytes.")
        @Restart
        @Default("\"/var/run/policy-engine/workers/default.sock\"")
        @NonEmpty
        String socketPath,

        @Doc("Group, by name or gid, that may use the socket, for a kernel that runs as another user: the "
                + "socket's mode is then 0660, otherwise 0600. The worker's user must be a member of it.")
        @Restart
        @Nullable
        @NonEmpty
        String socketGroup,

        @Doc("Numeric id of the user that the kernel runs as; root may connect too. Absent: the worker's own "
                + "user.")
        @Restart
        @Nullable
        @Range(min = 0, max = Integer.MAX_VALUE)
        Integer kernelUid,

        @Doc("Limits of the calls that the worker accepts.") @Default("{}")
        Server server,

        @Doc("Settings of policies.") @Default("{}") Policies policies,

        @Doc("True if entries may harm exchanges on purpose, as `faultInjection` does. Otherwise they are refused.")
        @Restart
        @Default("false")
        boolean allowFaults,

        @Doc("Servers that policies call, by the names that their parameters give.") @Restart @Default("{}")
        Map<String, TargetConfig> targets,

        @Doc("Stores that instances share, by the names that the parameters of policies give.") @Restart @Default("{}")
        Map<String, StoreConfig> stores,

        @Doc("Sinks, which take the records that policies keep, by the names that their parameters give.")
        @Restart
        @Default("{}")
        Map<String, SinkConfig> sinks,

        @Doc("Metrics and logs.") @Default("{}") Observability observability,
        @Doc("Limits of single exchanges.") @Default("{}") ResourceLimits resourceLimits,

        @Doc("Files and variables that `${file:PATH}` and `${env:NAME}` in this file may read, and files that its "
                + "policies may read (`key_file` and the like).")
        @Restart
        @Default("{}")
        SecretRules secrets) {
    public WorkerCoreConfig {
        targets = Map.copyOf(targets);
        stores = Map.copyOf(stores);
        sinks = Map.copyOf(sinks);
    }

    /** The binder, with schema and defaults. */
    public static final ParamsBinder<WorkerCoreConfig> BINDER = ParamsBinder.of(WorkerCoreConfig.class);

    /**
     * Returns a copy with the positions of the policies' settings.
     *
     * @param sources by policy name
     */
    public WorkerCoreConfig withSources(Function<String, Source> sources) {
        var placed = new HashMap<String, PolicySettings>();
        policies.config().forEach((policy, settings) -> placed.put(policy, settings.at(sources.apply(policy))));
        return new WorkerCoreConfig(
                name,
                socketPath,
                socketGroup,
                kernelUid,
                server,
                new Policies(policies.failOnUnknown(), placed),
                allowFaults,
                targets,
                stores,
                sinks,
                observability,
                resourceLimits,
                secrets);
    }

    /** Returns the settings of an empty {@code worker_core}. */
    public static WorkerCoreConfig defaults() {
        return switch (BINDER.bind(JsonNodeFactory.instance.objectNode())) {
            case BoundParams.Ok<WorkerCoreConfig>(var value) -> value;
            case BoundParams.Invalid<WorkerCoreConfig>(var problems) ->
                throw new IllegalStateException(problems.toString());
        };
    }

    /** The limits of the calls that a worker accepts. */
    public record Server(
            @Doc("Maximum number of calls at once; beyond it, they are refused as overload.")
            @Restart
            @Default("1000")
            @Range(min = 1)
            int maxConcurrentRequests,

            @Doc("Maximum time for one call, in milliseconds.")
            @Restart
            @JsonProperty("request_timeout_ms")
            @Default("5000")
            @Range(min = 1)
            Duration requestTimeout,

            @Doc("Maximum time for one policy, in milliseconds, unless its entry says less.")
            @Restart
            @JsonProperty("policy_timeout_ms")
            @Default("1000")
            @Range(min = 1)
            Duration policyTimeout,

            @Doc("Time in milliseconds after which a policy that blocks an event loop ends the worker's process, "
                    + "which is to be restarted; with an embedded worker `/health/live` fails instead. 0: never.")
            @Restart
            @JsonProperty("stuck_loop_timeout_ms")
            @Default("5000")
            @Range(min = 0)
            Duration stuckLoopTimeout) {}

    /**
     * Settings of policies.
     *
     * @param config secrets are resolved: not to be logged
     */
    public record Policies(
            @Doc("True if a call that names an unknown policy is an error; otherwise the policy is skipped with a "
                    + "warning.")
            @Restart
            @Default("false")
            boolean failOnUnknown,

            @Doc(
                    "Parameters by policy name, shared by all entries of the policy in this worker: each that an entry does not "
                            + "give itself. Paths are relative to the conf directory.")
            @Restart
            @Default("{}")
            Map<String, PolicySettings> config) {
        public Policies {
            config = Map.copyOf(config);
        }

        /** Omits the settings, which may hold secrets. */
        @Override
        public String toString() {
            return "Policies[failOnUnknown=" + failOnUnknown + ", config=" + config.keySet() + "]";
        }
    }

    /** Metrics, health and logs of a worker. */
    public record Observability(
            @Doc(
                    "The least severe level that the worker's process logs; read again on SIGHUP. An embedded worker logs at "
                            + "the kernel's.")
            @Default("\"info\"")
            ObservabilityConfig.LogLevel logLevel,

            @Doc("True if the worker has a port for metrics and health.") @Restart @Default("true")
            boolean metricsEnabled,

            @Doc("That port; 0 for any free one.") @Restart @Default("9091") @Range(min = 0, max = 65535)
            int metricsPort) {}

    /** Bounds of single exchanges. */
    public record ResourceLimits(
            @Doc("Maximum size of a body that is taken whole, in bytes.") @Restart @Default("1048576") @Range(min = 0)
            long maxBodySizeBytes,

            @Doc("Maximum number of bytes of metadata of one exchange.") @Restart @Default("65536") @Range(min = 0)
            long maxStateSizeBytes,

            @Doc(
                    "Maximum number of bytes that all calls of a worker's process hold together, with their answers; further"
                            + " ones are refused as overload. Absent: as much as the heap has room for. The embedded worker has"
                            + " none of its own: `limits.max_buffered_bytes` counts its bodies.")
            @Restart
            @Range(min = 1_048_576)
            @Nullable
            Long maxBufferedBytes) {}
}
