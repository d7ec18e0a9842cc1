package io.policyengine.core.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of the engine, as they are scraped. No meter is named anywhere else, and docs/reference/metrics.md is generated
 * from these.
 */
public enum Metric {
    /** Worker calls. */
    KERNEL_REQUESTS(
            MetricType.COUNTER,
            "policy_kernel_requests_total",
            "calls",
            "Worker calls by how they ended, and exchanges in which no policy ran (`worker=\"none\"`).",
            Labels.ROUTE,
            Labels.WORKER_OR_NONE,
            Labels.CALL_STATUS),
    /** Time that worker calls take. */
    KERNEL_REQUEST_DURATION(
            MetricType.TIMER,
            "policy_kernel_request_duration_seconds",
            "seconds",
            "Duration of worker calls.",
            Labels.ROUTE,
            Labels.WORKER),
    /** Worker calls without an answer in time. */
    KERNEL_WORKER_TIMEOUTS(
            MetricType.COUNTER,
            "policy_kernel_worker_timeouts_total",
            "calls",
            "Worker calls that were not answered in time.",
            Labels.WORKER),
    /** Worker calls of an exchange. */
    KERNEL_WORKER_CALLS(
            MetricType.SUMMARY,
            "policy_kernel_worker_calls_per_request",
            "calls",
            "Worker calls per exchange, both phases together.",
            Labels.ROUTE),
    /** Time that the chain of a phase takes. */
    KERNEL_CHAIN_DURATION(
            MetricType.TIMER,
            "policy_kernel_chain_execution_duration_seconds",
            "seconds",
            "Duration of a phase's chain.",
            Labels.ROUTE,
            Labels.NUM_WORKERS),
    /** Exchanges. */
    KERNEL_EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_exchanges_total",
            "exchanges",
            "Exchanges by how they ended.",
            Labels.EXCHANGE_OUTCOME),
    /** Chains that ran in part. */
    KERNEL_PARTIAL_CHAINS(
            MetricType.COUNTER,
            "policy_kernel_partial_chain_failures_total",
            "chains",
            "Chains that ran in part because their configuration allows it (`on_failure`, `on_overload`, `fail_open`).",
            Labels.ROUTE,
            Labels.FAILED_WORKER,
            Labels.FAILURE_TYPE),
    /** Instructions against those of an earlier policy. */
    KERNEL_CONFLICTS(
            MetricType.COUNTER,
            "policy_kernel_instruction_conflicts_total",
            "instructions",
            "Instructions that overrode those of an earlier policy.",
            Labels.ROUTE,
            Labels.CONFLICT),
    /** Messages that a policy in the shadow did not see. */
    KERNEL_SHADOW_NOT_RUN(
            MetricType.COUNTER,
            "policy_kernel_shadow_not_run_total",
            "messages",
            "Messages that a policy in the shadow was not shown, since their body could not be had for it.",
            Labels.ROUTE,
            Labels.POLICY,
            Labels.NOT_RUN_REASON),
    /** Requests refused for their path. */
    KERNEL_PATHS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_paths_refused_total",
            "requests",
            "Requests that were refused for their path ([paths](../paths.md)).",
            Labels.PATH_FAULT),
    /** Requests refused for method or authority. */
    KERNEL_REQUESTS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_requests_refused_total",
            "requests",
            "Requests that were refused for their method or authority ([paths](../paths.md)).",
            Labels.REQUEST_FAULT),
    /** Mode overrides without effect. */
    KERNEL_IGNORED_OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_ignored_mode_overrides",
            "mode overrides",
            "Kinds of mode override that Envoys ignore, each on one connection and route: what needs them is refused there."),
    /** Changes of the trust in mode overrides. */
    KERNEL_OVERRIDE_TRUST(
            MetricType.COUNTER,
            "policy_kernel_mode_override_trust_changes_total",
            "changes",
            "Changes of the trust that Envoy honours mode overrides ([Envoy](../envoy.md#overrides-that-are-ignored)).",
            Labels.ROUTE,
            Labels.DIRECTION,
            Labels.STANDING),
    /** Resets that were kept from ending a connection. */
    KERNEL_GUARDED_RESETS(
            MetricType.COUNTER,
            "policy_kernel_guarded_resets_total",
            "streams",
            "Stream resets that would have ended a connection with all exchanges on it."),
    /** Open exchanges. */
    KERNEL_OPEN_EXCHANGES(
            MetricType.GAUGE,
            "policy_kernel_open_exchanges",
            "exchanges",
            "Exchanges whose stream is open, of `policy_kernel_max_exchanges` that may be."),
    /** The limit of open exchanges. */
    KERNEL_MAX_EXCHANGES(
            MetricType.GAUGE, "policy_kernel_max_exchanges", "exchanges", "The limit `limits.max_exchanges` in force."),
    /** Bytes that are held. */
    KERNEL_BUFFERED_BYTES(
            MetricType.GAUGE, "policy_kernel_buffered_bytes", "bytes", "Bytes that messages and header fields hold."),
    /** The limit of bytes that are held. */
    KERNEL_MAX_BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_kernel_max_buffered_bytes",
            "bytes",
            "The limit in force of bytes that are held."),
    /** Replicas that can be called. */
    KERNEL_WORKER_REPLICAS(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas",
            "replicas",
            "Replicas of the worker that can be called, of `policy_kernel_worker_replicas_configured`.",
            Labels.WORKER),
    /** Replicas that there are to be. */
    KERNEL_WORKER_REPLICAS_CONFIGURED(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas_configured",
            "replicas",
            "Replicas that the worker has by the configuration.",
            Labels.WORKER),
    /** Messages that are dropped. */
    KERNEL_IGNORED_MESSAGES(
            MetricType.COUNTER,
            "policy_kernel_ignored_messages_total",
            "messages",
            "Messages of Envoy's that were dropped: of a kind that is unknown, or a second end of a body."),
    /** The availability of a worker. */
    KERNEL_WORKER_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_worker_health",
            "0 or 1",
            "1 if a replica of the worker can be called, else 0.",
            Labels.WORKER),
    /** The health of a policy. */
    KERNEL_POLICY_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_policy_health",
            "0 or 1",
            "0 while a replica of the worker says that the policy is not well, else 1; of declared policies only.",
            Labels.WORKER,
            Labels.POLICY),
    /** Policies that a worker may not run. */
    KERNEL_REFUSED_POLICIES(
            MetricType.GAUGE,
            "policy_kernel_worker_refused_policies",
            "policies",
            "Policies that the worker declares and may not run ([workers](../workers.md#who-owns-a-policy)).",
            Labels.WORKER),
    /** Configurations that were looked at. */
    KERNEL_CONFIG_RELOAD(
            MetricType.COUNTER,
            "policy_kernel_config_reload_total",
            "configurations",
            "Configurations that were loaded, rejected, or looked at and found unchanged.",
            Labels.RELOAD_STATUS),
    /** The outcome of the last change. */
    KERNEL_CONFIG_LAST_RELOAD_SUCCESSFUL(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_successful",
            "0 or 1",
            "0 if the configuration that was looked at last was rejected, so that an older one runs, else 1."),
    /** The time of the last change. */
    KERNEL_CONFIG_LAST_RELOAD_TIME(
            MetricType.GAUGE,
            "policy_kernel_config_last_reload_timestamp_seconds",
            "seconds",
            "Time at which a configuration was last loaded or rejected, since 1970."),
    /** The active generation. */
    KERNEL_CONFIG_GENERATION(
            MetricType.GAUGE, "policy_kernel_config_generation", "number", "Number of the active generation."),
    /** The use of the last good generation. */
    KERNEL_CONFIG_LAST_GOOD(
            MetricType.GAUGE,
            "policy_kernel_config_last_good",
            "0 or 1",
            "1 while a kernel runs by the last good generation since its files could not be used at the start, else 0."),
    /** The age of the oldest change of a file that has not been read. */
    KERNEL_CONFIG_UNSEEN_CHANGE(
            MetricType.GAUGE,
            "policy_kernel_config_unseen_change_seconds",
            "seconds",
            "Age of the oldest change of a configuration file that has not been read, since the file changes all the time;"
                    + " 0 if there is none."),
    /** Generations that were not written to the disk. */
    KERNEL_GENERATION_STORE_FAILURES(
            MetricType.COUNTER,
            "policy_kernel_generation_store_failures_total",
            "generations",
            "Generations that could not be written to the state directory."),
    /** Routes by their state. */
    KERNEL_ROUTES(
            MetricType.GAUGE,
            "policy_kernel_routes",
            "routes",
            "Routes of the active generation: `refused` are answered with an error, `awaited` wait for a worker that has"
                    + " not answered yet, `open` are entries of `open_routes`.",
            Labels.ROUTE_STATE),
    /** Overrides in force. */
    KERNEL_OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_overrides",
            "always 1",
            "1 while an [override](../overrides.md) is in force; absent otherwise.",
            Labels.OVERRIDE_KIND,
            Labels.OVERRIDDEN,
            Labels.OVERRIDE_MODE),
    /** Refusals of the management API. */
    KERNEL_ADMIN_REFUSALS(
            MetricType.COUNTER,
            "policy_kernel_admin_refusals_total",
            "requests",
            "Requests to the management API without a valid token, or with a token whose role does not allow them.",
            Labels.REFUSAL),
    /** Event loops that are stuck. */
    KERNEL_STUCK_LOOPS(
            MetricType.GAUGE,
            "policy_kernel_stuck_loops",
            "event loops",
            "Event loops that have not got on for `stuck_loop_timeout_ms`, whatever keeps them busy."),
    /** Runs of a policy. */
    WORKER_EXECUTIONS(
            MetricType.COUNTER,
            "policy_worker_executions_total",
            "runs",
            "Runs of a policy by how they ended; `skipped`: its condition was false.",
            Labels.POLICY,
            Labels.EXECUTION_STATUS),
    /** Time that a policy takes. */
    WORKER_EXECUTION_DURATION(
            MetricType.TIMER,
            "policy_worker_execution_duration_seconds",
            "seconds",
            "Duration of a policy's run.",
            Labels.POLICY),
    /** Failures of a policy. */
    WORKER_POLICY_FAILURES(
            MetricType.COUNTER,
            "policy_worker_policy_failures_total",
            "failures",
            "Failures of a policy by their [error code](error-codes.md).",
            Labels.POLICY,
            Labels.FAILURE_REASON),
    /** Runs in the shadow. */
    WORKER_SHADOW_OUTCOMES(
            MetricType.COUNTER,
            "policy_worker_shadow_outcomes_total",
            "runs",
            "Runs of policies in the [shadow](../shadow.md) by what they would have done.",
            Labels.ROUTE,
            Labels.POLICY,
            Labels.SHADOW_OUTCOME),
    /** Size of what policies see. */
    WORKER_CONTEXT_SIZE(
            MetricType.SUMMARY,
            "policy_worker_context_size_bytes",
            "bytes",
            "Size of what policies see in a call.",
            Labels.SEEN),
    /** Failures of single streams. */
    WORKER_STREAM_FAILURES(
            MetricType.COUNTER,
            "policy_worker_stream_failures_total",
            "streams",
            "Failures of single streams that would have ended their connection."),
    /** Lines of the log that nobody took. */
    ENGINE_LOG_DROPPED(
            MetricType.COUNTER,
            "policy_engine_log_dropped_total",
            "lines",
            "Log lines that were dropped, since nobody reads the log, or not as fast as it is written.",
            Labels.LOG_LEVEL),
    /** Work off the event loops that waits. */
    WORK_QUEUED(
            MetricType.GAUGE,
            "policy_engine_work_queued",
            "pieces of work",
            "Work beside the event loops that waits for a thread or for memory.",
            Labels.LANE),
    /** Work off the event loops that runs. */
    WORK_RUNNING(
            MetricType.GAUGE,
            "policy_engine_work_running",
            "pieces of work",
            "Work beside the event loops that runs; it does so on a thread for each processor.",
            Labels.LANE),
    /** Time that work off the event loops waits. */
    WORK_WAIT(
            MetricType.TIMER,
            "policy_engine_work_wait_seconds",
            "seconds",
            "Time that work beside the event loops waited before it began.",
            Labels.LANE),
    /** Work off the event loops that was refused or given up. */
    WORK_DROPPED(
            MetricType.COUNTER,
            "policy_engine_work_dropped_total",
            "pieces of work",
            "Work beside the event loops that never began: too much waits (`full`), it waited too long (`waited`), nobody"
                    + " wants it any more (`cancelled`), or it needs more memory than there is (`too_large`).",
            Labels.LANE,
            Labels.DROP_REASON),
    /** Memory of work off the event loops. */
    WORK_HELD_BYTES(
            MetricType.GAUGE,
            "policy_engine_work_held_bytes",
            "bytes",
            "Memory that running work beside the event loops may need; at most a quarter of the heap.");

    private final MetricType type;
    private final String id;
    private final String unit;
    private final String doc;

    @SuppressWarnings("ImmutableEnumChecker") // List.of copies
    private final List<Label> labels;

    Metric(MetricType type, String id, String unit, String doc, Label... labels) {
        this.type = type;
        this.id = id;
        this.unit = unit;
        this.doc = doc;
        this.labels = List.of(labels);
    }

    /** The kind of meter. */
    public MetricType type() {
        return type;
    }

    /** The name, as it is scraped. */
    public String id() {
        return id;
    }

    /** The unit of its values, or what is counted. */
    public String unit() {
        return unit;
    }

    /** One sentence about it, as Markdown. */
    public String doc() {
        return doc;
    }

    /** Its labels, in the order in which the methods here take their values. */
    public List<Label> labels() {
        return labels;
    }

    /** A counter with these values of its labels. */
    public Counter counter(MeterRegistry registry, String... values) {
        return Counter.builder(id).tags(tags(values)).register(registry);
    }

    /**
     * A counter with these values of its labels, which something counts by itself.
     *
     * @param counting is not kept from being collected
     */
    public <T> FunctionCounter counter(
            MeterRegistry registry, T counting, ToDoubleFunction<T> count, String... values) {
        return FunctionCounter.builder(id, counting, count).tags(tags(values)).register(registry);
    }

    /** A gauge with these values of its labels; the registry keeps what it asks. */
    public Gauge gauge(MeterRegistry registry, Supplier<Number> value, String... values) {
        return Gauge.builder(id, value).tags(tags(values)).register(registry);
    }

    /** A timer with these values of its labels. */
    public Timer timer(MeterRegistry registry, String... values) {
        return Timer.builder(id)
                .tags(tags(values))
                .serviceLevelObjectives(MetricBuckets.durations())
                .register(registry);
    }

    /** A histogram of numbers with these values of its labels. */
    public DistributionSummary summary(MeterRegistry registry, double[] bounds, String... values) {
        return DistributionSummary.builder(id)
                .tags(tags(values))
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    private Tags tags(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(id + " has the labels " + labels);
        }
        Tags tags = Tags.empty();
        for (int i = 0; i < values.length; i++) {
            Label label = labels.get(i);
            assert label.allows(values[i]) : id + ": " + values[i] + " is no value of " + label;
            tags = tags.and(label.name(), values[i]);
        }
        return tags;
    }
}
