package io.policyengine.core.metrics;

/** The meters of a worker: runs of policies, calls to targets and stores, caches, capacities and sinks. */
public enum WorkerMetric implements Metric {
    EXECUTIONS(
            MetricType.COUNTER,
            "policy_worker_executions_total",
            "runs",
            "Runs of a policy by their outcome. `skipped` means that the entry's condition was false.",
            Labels.POLICY,
            Labels.EXECUTION_STATUS),
    EXECUTION_DURATION(
            MetricType.TIMER,
            "policy_worker_execution_duration_seconds",
            "seconds",
            "Duration of a policy's run.",
            Labels.POLICY),
    POLICY_FAILURES(
            MetricType.COUNTER,
            "policy_worker_policy_failures_total",
            "failures",
            "Failures of a policy by their [error code](error-codes.md).",
            Labels.POLICY,
            Labels.FAILURE_REASON),
    SHADOW_OUTCOMES(
            MetricType.COUNTER,
            "policy_worker_shadow_outcomes_total",
            "runs",
            "Runs of policies in [shadow](../shadow.md) mode by the outcome that they would have had.",
            Labels.SHADOW_ROUTE,
            Labels.SHADOW_ENTRY,
            Labels.POLICY,
            Labels.SHADOW_OUTCOME),
    CONTEXT_SIZE(
            MetricType.SUMMARY,
            "policy_worker_context_size_bytes",
            "bytes",
            "Size of the parts of a message that policies get in one call.",
            Labels.SEEN),
    BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_worker_buffered_bytes",
            "bytes",
            "Bytes that calls and their answers hold. The maximum is `policy_worker_max_buffered_bytes`."),
    /** The maximum bytes that all calls of a worker's process hold. */
    MAX_BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_worker_max_buffered_bytes",
            "bytes",
            "Maximum number of bytes that calls and their answers may hold."),
    CALLS_WAITING(
            MetricType.GAUGE,
            "policy_worker_calls_waiting",
            "calls",
            "Calls and chunks of bodies that a worker's process has read but not begun."),
    CALL_WAIT(
            MetricType.TIMER,
            "policy_worker_call_wait_seconds",
            "seconds",
            "Time that calls and chunks of bodies waited for an event loop before they began."),
    CALLS_DROPPED(
            MetricType.COUNTER,
            "policy_worker_calls_dropped_total",
            "calls",
            "Calls and chunks of bodies that never began. `full`: too many calls waited. `waited`: half of the call's"
                    + " time had passed. `late`: its deadline had passed. `cancelled`: its result was no longer"
                    + " needed.",
            Labels.CALL_DROP_REASON),
    CALLS_WASTED(
            MetricType.COUNTER,
            "policy_worker_calls_wasted_total",
            "calls",
            "Calls and chunks of bodies that began, but whose result was not needed: they were cancelled while they"
                    + " ran, or ended after their deadline."),
    STREAM_FAILURES(
            MetricType.COUNTER,
            "policy_worker_stream_failures_total",
            "streams",
            "Failures of single streams that would have ended their connection. Only the stream ended."),
    CALLOUT_DURATION(
            MetricType.TIMER,
            "policy_worker_callout_duration_seconds",
            "seconds",
            "Duration of a policy's call to a [target](../targets.md), including the wait for a connection.",
            Labels.POLICY,
            Labels.TARGET,
            Labels.CALLOUT_OUTCOME),
    CALLOUT_FAILURES(
            MetricType.COUNTER,
            "policy_worker_callout_failures_total",
            "calls",
            "Calls to a [target](../targets.md) without a usable response.",
            Labels.POLICY,
            Labels.TARGET,
            Labels.CALLOUT_FAILURE),
    CALLOUTS_PENDING(
            MetricType.GAUGE,
            "policy_worker_callouts_pending",
            "calls",
            "Calls to a target in flight, including those that wait for a connection.",
            Labels.TARGET),
    CALLOUT_BREAKER_OPEN(
            MetricType.GAUGE,
            "policy_worker_callout_breaker_open",
            "1 or 0",
            "1 while no calls are made to a target, because too many consecutive calls failed. Otherwise 0.",
            Labels.TARGET),
    STORE_DURATION(
            MetricType.TIMER,
            "policy_worker_store_duration_seconds",
            "seconds",
            "Duration of a policy's operation on a shared [store](../stores.md), including the wait for a connection.",
            Labels.POLICY,
            Labels.STORE,
            Labels.STORE_OUTCOME),
    STORE_FAILURES(
            MetricType.COUNTER,
            "policy_worker_store_failures_total",
            "operations",
            "Operations on a shared [store](../stores.md) that failed. Some of them may have taken effect"
                    + " nevertheless.",
            Labels.POLICY,
            Labels.STORE,
            Labels.STORE_FAILURE),
    STORE_PENDING(
            MetricType.GAUGE,
            "policy_worker_store_pending",
            "operations",
            "Operations on a shared store that are in flight, including those whose result is no longer needed.",
            Labels.STORE),
    STORE_BREAKER_OPEN(
            MetricType.GAUGE,
            "policy_worker_store_breaker_open",
            "1 or 0",
            "1 while no operations are sent to a shared store or to a node of its cluster, because too many consecutive"
                    + " operations failed. Otherwise 0.",
            Labels.STORE),
    LOCAL_STORE_REFUSED(
            MetricType.COUNTER,
            "policy_worker_local_store_refused_total",
            "values",
            "Values of a policy that the store `local` refused, because it had no room and they must not be evicted."
                    + " Their requests were denied.",
            Labels.POLICY),
    LOCAL_STORE_DROPPED(
            MetricType.COUNTER,
            "policy_worker_local_store_dropped_total",
            "values",
            "Values of a policy that the store `local` dropped before they expired, because it needed room for values"
                    + " that must not be evicted, or a client had used up its share.",
            Labels.POLICY),
    CACHE_LOOKUPS(
            MetricType.COUNTER,
            "policy_worker_cache_lookups_total",
            "lookups",
            "Lookups in the caches of policies: the entry was fresh (`hit`), stale (`stale`), or missing (`miss`).",
            Labels.POLICY,
            Labels.CACHE,
            Labels.CACHE_OUTCOME),
    EXCHANGE_VALUES(
            MetricType.GAUGE,
            "policy_worker_exchange_values",
            "values",
            "Values that a policy keeps for open exchanges. They are released when the exchange ends.",
            Labels.POLICY,
            Labels.KEPT),
    EXCHANGE_VALUES_REFUSED(
            MetricType.COUNTER,
            "policy_worker_exchange_values_refused_total",
            "values",
            "Values that a policy could not keep completely for an exchange, because their capacity was exhausted.",
            Labels.POLICY,
            Labels.KEPT),
    /** The bytes in use of a capacity that the entries of a policy share. */
    CAPACITY_TAKEN(
            MetricType.GAUGE,
            "policy_worker_capacity_taken_bytes",
            "bytes",
            "Bytes in use of a capacity that all entries of a policy share. The maximum is"
                    + " `policy_worker_capacity_bytes`.",
            Labels.POLICY,
            Labels.KEPT),
    /** The total bytes of a capacity. */
    CAPACITY(
            MetricType.GAUGE,
            "policy_worker_capacity_bytes",
            "bytes",
            "Size of a capacity that all entries of a policy share, in bytes.",
            Labels.POLICY,
            Labels.KEPT),
    SINK_SENT(
            MetricType.COUNTER,
            "policy_worker_sink_sent_total",
            "records",
            "Records of policies that a [sink](../sinks.md) delivered.",
            Labels.SINK),
    SINK_LOST(
            MetricType.COUNTER,
            "policy_worker_sink_lost_total",
            "records",
            "Records of policies that a [sink](../sinks.md) lost.",
            Labels.SINK,
            Labels.LOSS),
    SINK_QUEUED_BYTES(
            MetricType.GAUGE,
            "policy_worker_sink_queued_bytes",
            "bytes",
            "Bytes of records that wait in memory for a sink to deliver them.",
            Labels.SINK),
    SINK_SPOOLED_BYTES(
            MetricType.GAUGE,
            "policy_worker_sink_spooled_bytes",
            "bytes",
            "Bytes of records that wait in the spool of a sink on disk.",
            Labels.SINK),
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
