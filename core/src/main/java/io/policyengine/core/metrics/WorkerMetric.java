package io.policyengine.core.metrics;

/** The meters of a worker: the runs of its policies. */
public enum WorkerMetric implements Metric {
    /** Runs of a policy. */
    EXECUTIONS(
            MetricType.COUNTER,
            "policy_worker_executions_total",
            "runs",
            "Runs of a policy by how they ended; `skipped`: its condition was false.",
            Labels.POLICY,
            Labels.EXECUTION_STATUS),
    /** Time that a policy takes. */
    EXECUTION_DURATION(
            MetricType.TIMER,
            "policy_worker_execution_duration_seconds",
            "seconds",
            "Duration of a policy's run.",
            Labels.POLICY),
    /** Failures of a policy. */
    POLICY_FAILURES(
            MetricType.COUNTER,
            "policy_worker_policy_failures_total",
            "failures",
            "Failures of a policy by their [error code](error-codes.md).",
            Labels.POLICY,
            Labels.FAILURE_REASON),
    /** Runs in the shadow. */
    SHADOW_OUTCOMES(
            MetricType.COUNTER,
            "policy_worker_shadow_outcomes_total",
            "runs",
            "Runs of policies in the [shadow](../shadow.md) by what they would have done.",
            Labels.SHADOW_ROUTE,
            Labels.POLICY,
            Labels.SHADOW_OUTCOME),
    /** Size of what policies see. */
    CONTEXT_SIZE(
            MetricType.SUMMARY,
            "policy_worker_context_size_bytes",
            "bytes",
            "Size of what policies see in a call.",
            Labels.SEEN),
    /** Bytes that the calls of a worker's process hold. */
    BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_worker_buffered_bytes",
            "bytes",
            "Bytes that calls and their answers hold, of `policy_worker_max_buffered_bytes` that they may."),
    /** The limit of bytes that the calls of a worker's process hold. */
    MAX_BUFFERED_BYTES(
            MetricType.GAUGE, "policy_worker_max_buffered_bytes", "bytes", "The limit of bytes that calls hold."),
    /** Failures of single streams. */
    STREAM_FAILURES(
            MetricType.COUNTER,
            "policy_worker_stream_failures_total",
            "streams",
            "Failures of single streams that would have ended their connection."),
    /** Time that call-outs take. */
    CALLOUT_DURATION(
            MetricType.TIMER,
            "policy_worker_callout_duration_seconds",
            "seconds",
            "Duration of a policy's call to a [target](../targets.md), with the wait for a connection.",
            Labels.POLICY,
            Labels.TARGET,
            Labels.CALLOUT_OUTCOME),
    /** Call-outs without an answer. */
    CALLOUT_FAILURES(
            MetricType.COUNTER,
            "policy_worker_callout_failures_total",
            "calls",
            "Calls to a [target](../targets.md) that brought no answer.",
            Labels.POLICY,
            Labels.TARGET,
            Labels.CALLOUT_FAILURE),
    /** Pending call-outs. */
    CALLOUTS_PENDING(
            MetricType.GAUGE,
            "policy_worker_callouts_pending",
            "calls",
            "Calls to a target under way, those that wait for a connection included.",
            Labels.TARGET),
    /** State of a target's breaker. */
    CALLOUT_BREAKER_OPEN(
            MetricType.GAUGE,
            "policy_worker_callout_breaker_open",
            "1 or 0",
            "1 while no calls are made to a target, since too many in a row had no answer.",
            Labels.TARGET),
    /** Time that operations of stores take. */
    STORE_DURATION(
            MetricType.TIMER,
            "policy_worker_store_duration_seconds",
            "seconds",
            "Duration of a policy's operation on a shared [store](../stores.md), with the wait for a connection.",
            Labels.POLICY,
            Labels.STORE,
            Labels.STORE_OUTCOME),
    /** Operations of stores that failed. */
    STORE_FAILURES(
            MetricType.COUNTER,
            "policy_worker_store_failures_total",
            "operations",
            "Operations on a shared [store](../stores.md) that failed, as far as is known.",
            Labels.POLICY,
            Labels.STORE,
            Labels.STORE_FAILURE),
    /** Pending operations of stores. */
    STORE_PENDING(
            MetricType.GAUGE,
            "policy_worker_store_pending",
            "operations",
            "Operations on a shared store under way, those included that nobody waits for any more.",
            Labels.STORE),
    /** State of a store's breaker. */
    STORE_BREAKER_OPEN(
            MetricType.GAUGE,
            "policy_worker_store_breaker_open",
            "1 or 0",
            "1 while nothing is asked of a shared store, or of a node of its cluster, since too much in a row failed.",
            Labels.STORE),
    /** Answers of caches. */
    CACHE_LOOKUPS(
            MetricType.COUNTER,
            "policy_worker_cache_lookups_total",
            "lookups",
            "Lookups in the caches of policies: what was held was fresh (`hit`), or not (`stale`), or there was none (`miss`).",
            Labels.POLICY,
            Labels.CACHE,
            Labels.CACHE_OUTCOME),
    /** Values that policies keep for exchanges. */
    EXCHANGE_VALUES(
            MetricType.GAUGE,
            "policy_worker_exchange_values",
            "values",
            "Values that a policy keeps for exchanges under way, until they end.",
            Labels.POLICY,
            Labels.KEPT),
    /** Values that policies could not keep for exchanges. */
    EXCHANGE_VALUES_REFUSED(
            MetricType.COUNTER,
            "policy_worker_exchange_values_refused_total",
            "values",
            "Values that a policy could not keep for an exchange, or only in part: their capacity was used up.",
            Labels.POLICY,
            Labels.KEPT),
    /** Bytes that policies take of a capacity. */
    CAPACITY_TAKEN(
            MetricType.GAUGE,
            "policy_worker_capacity_taken_bytes",
            "bytes",
            "Bytes that a policy takes of a capacity that all its entries share, of `policy_worker_capacity_bytes`.",
            Labels.POLICY,
            Labels.KEPT),
    /** Bytes of the capacities of policies. */
    CAPACITY(
            MetricType.GAUGE,
            "policy_worker_capacity_bytes",
            "bytes",
            "Bytes that a policy may take of a capacity that all its entries share.",
            Labels.POLICY,
            Labels.KEPT),
    /** Records that sinks delivered. */
    SINK_SENT(
            MetricType.COUNTER,
            "policy_worker_sink_sent_total",
            "records",
            "Records of policies that a [sink](../sinks.md) delivered.",
            Labels.SINK),
    /** Records that sinks lost. */
    SINK_LOST(
            MetricType.COUNTER,
            "policy_worker_sink_lost_total",
            "records",
            "Records of policies that a [sink](../sinks.md) lost.",
            Labels.SINK,
            Labels.LOSS),
    /** Bytes that wait in a sink's memory. */
    SINK_QUEUED_BYTES(
            MetricType.GAUGE,
            "policy_worker_sink_queued_bytes",
            "bytes",
            "Bytes of records that wait in memory for a sink to deliver them.",
            Labels.SINK),
    /** Bytes that wait in a sink's spool. */
    SINK_SPOOLED_BYTES(
            MetricType.GAUGE,
            "policy_worker_sink_spooled_bytes",
            "bytes",
            "Bytes of records that wait in the spool of a sink on disk.",
            Labels.SINK),
    /** State of a sink. */
    SINK_FAILING(
            MetricType.GAUGE,
            "policy_worker_sink_failing",
            "1 or 0",
            "1 while a sink cannot deliver records.",
            Labels.SINK);

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final Description description;

    WorkerMetric(MetricType type, String id, String unit, String doc, Label... labels) {
        this.description = new Description(type, id, unit, doc, labels);
    }

    @Override
    public Description description() {
        return description;
    }
}
