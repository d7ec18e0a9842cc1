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

/** The settings of one worker: {@code worker_core} in worker.yaml or in another file. */
@Doc("Settings of one worker.")
public record WorkerCoreConfig(
        @Doc("The worker's name in the kernel's configuration.")
        @Restart
        @Default("\"default-worker\"")
        @Pattern("^[A-Za-z0-9._-]{1,63}$")
        String name,

        @Doc("Path of the Unix domain socket on which the worker listens; at most 107 bytes. A relative path is in the"
                + " socket directory: `/run/policy-engine`, or a directory of the user if the user may not write"
                + " there.")
        @Restart
        @Default("\"workers/default.sock\"")
        @NonEmpty
        String socketPath,

        @Doc("Group that may use the socket, by name or gid, if the kernel runs as another user. The worker's user must"
                + " be a member of the group. With this key, the socket's mode is 0660, otherwise 0600.")
        @Restart
        @Nullable
        @NonEmpty
        String socketGroup,

        @Doc("Uid of the user as which the kernel runs. Root may always connect. Absent: the worker's own user.")
        @Restart
        @Nullable
        @Range(min = 0, max = Integer.MAX_VALUE)
        Integer kernelUid,

        @Doc("Limits of the calls that the worker accepts.") @Default("{}")
        Server server,

        @Doc("Settings of policies.") @Default("{}") Policies policies,

        @Doc("True if the worker accepts entries that deliberately delay or fail exchanges, such as `faultInjection`."
                + " Otherwise, such entries are refused.")
        @Restart
        @Default("false")
        boolean allowFaults,

        @Doc("Servers that policies call. The parameters of policies refer to them by name.") @Restart @Default("{}")
        Map<String, TargetConfig> targets,

        @Doc("Stores that instances of the engine share. The parameters of policies refer to them by name.")
        @Restart
        @Default("{}")
        Map<String, StoreConfig> stores,

        @Doc("Sinks, which receive the records of policies. The parameters of policies refer to them by name.")
        @Restart
        @Default("{}")
        Map<String, SinkConfig> sinks,

        @Doc("Metrics and logs.") @Default("{}") Observability observability,
        @Doc("Limits of single exchanges.") @Default("{}") ResourceLimits resourceLimits,

        @Doc("Files and variables to which `${file:PATH}` and `${env:NAME}` may refer in this file, and files that the"
                + " worker's policies may read (`key_file` and similar parameters).")
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
     * Returns a copy that contains the positions of the policies' settings.
     *
     * @param sources the positions, by policy name
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
            @Doc("Maximum number of concurrent calls. Further calls are refused as overload.")
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

            @Doc("Maximum time for one policy, in milliseconds, unless its entry sets a shorter time.")
            @Restart
            @JsonProperty("policy_timeout_ms")
            @Default("1000")
            @Range(min = 1)
            Duration policyTimeout,

            @Doc("Time in milliseconds for which a policy may block an event loop. After this time, the worker's"
                    + " process ends, and its supervisor must restart it. If the worker is embedded, `/health/live`"
                    + " fails instead. 0: no limit.")
            @Restart
            @JsonProperty("stuck_loop_timeout_ms")
            @Default("5000")
            @Range(min = 0)
            Duration stuckLoopTimeout) {}

    /**
     * The policies of a worker, and the settings that their entries share.
     *
     * @param config the shared settings, with resolved secrets: not to be logged
     */
    public record Policies(
            @Doc("True if a call that names an unknown policy is an error. Otherwise, the policy is skipped with a"
                    + " warning.")
            @Restart
            @Default("false")
            boolean failOnUnknown,

            @Doc("Parameters by policy name, for all entries of the policy in this worker. A parameter "
                    + "of an entry takes precedence. Paths are relative to the conf directory.")
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
            @Doc("The least severe level that the worker's process logs. The worker reads this key again on SIGHUP. For"
                    + " an embedded worker, the kernel's level applies.")
            @Default("\"info\"")
            ObservabilityConfig.LogLevel logLevel,

            @Doc("True if the worker has a port for metrics and health.") @Restart @Default("true")
            boolean metricsEnabled,

            @Doc("Port of metrics and health. 0: any free port.") @Restart @Default("9091") @Range(min = 0, max = 65535)
            int metricsPort,

            @Doc("Address on which `metrics_port` is opened.") @Restart @Default("\"127.0.0.1\"") @NonEmpty
            String address) {}

    /** The limits of a single exchange. */
    public record ResourceLimits(
            @Doc("Maximum size of a body that policies receive as a whole, in bytes.")
            @Restart
            @Default("1048576")
            @Range(min = 0)
            long maxBodySizeBytes,

            @Doc("Maximum number of bytes of metadata of one exchange.") @Restart @Default("65536") @Range(min = 0)
            long maxStateSizeBytes,

            @Doc("Maximum number of bytes that all calls of the worker's process hold together, including their"
                    + " answers. Further calls are refused as overload. Absent: as much as the heap permits. This key"
                    + " does not apply to an embedded worker, whose bodies count towards the kernel's"
                    + " `limits.max_buffered_bytes`.")
            @Restart
            @Range(min = 1_048_576)
            @Nullable
            Long maxBufferedBytes) {}
}
