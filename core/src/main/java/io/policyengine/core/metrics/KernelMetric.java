package io.policyengine.core.metrics;

/** The meters of a kernel: its exchanges, what becomes of them, and its workers. */
public enum KernelMetric implements Metric {
    /** Worker calls. */
    REQUESTS(
            MetricType.COUNTER,
            "policy_kernel_requests_total",
            "calls",
            "Worker calls by how they ended, and exchanges in which no policy ran (`worker=\"none\"`).",
            Labels.ROUTE,
            Labels.WORKER_OR_NONE,
            Labels.CALL_STATUS),
    /** Time that worker calls take. */
    REQUEST_DURATION(
            MetricType.TIMER,
            "policy_kernel_request_duration_seconds",
            "seconds",
            "Duration of worker calls.",
            Labels.ROUTE,
            Labels.WORKER),
    /** Worker calls without an answer in time. */
    WORKER_TIMEOUTS(
            MetricType.COUNTER,
            "policy_kernel_worker_timeouts_total",
            "calls",
            "Worker calls that were not answered in time.",
            Labels.WORKER),
    /** Worker calls of an exchange. */
    WORKER_CALLS(
            MetricType.SUMMARY,
            "policy_kernel_worker_calls_per_request",
            "calls",
            "Worker calls per exchange, both phases together.",
            Labels.ROUTE),
    /** Time that the chain of a phase takes. */
    CHAIN_DURATION(
            MetricType.TIMER,
            "policy_kernel_chain_execution_duration_seconds",
            "seconds",
            "Duration of a phase's chain.",
            Labels.ROUTE,
            Labels.NUM_WORKERS),
    /** Exchanges. */
    EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_exchanges_total",
            "exchanges",
            "Exchanges by how they ended.",
            Labels.EXCHANGE_OUTCOME),
    /** Answers that clients got. */
    ANSWERS(
            MetricType.COUNTER,
            "policy_kernel_answers_total",
            "exchanges",
            "Exchanges of a route by the answer that the client got: the upstream's (`passed`), one that a policy or the"
                    + " engine gave, by the class of its status, or Envoy's own, since the engine broke the stream off"
                    + " (`broken_off`); none where it went away (`cancelled`).",
            Labels.ROUTE,
            Labels.ANSWER),
    /** Messages against the protocol. */
    ILLEGAL_MESSAGES(
            MetricType.COUNTER,
            "policy_kernel_illegal_messages_total",
            "messages",
            "Messages of Envoy's, or of who took its place, that ended their stream: no message of the protocol"
                    + " (`malformed`), larger than it may be (`too_large`), at a place where none of its kind may stand"
                    + " (`out_of_order`), or not whole in its time (`late`).",
            Labels.ILLEGAL_MESSAGE),
    /** Chains that ran in part. */
    PARTIAL_CHAINS(
            MetricType.COUNTER,
            "policy_kernel_partial_chain_failures_total",
            "chains",
            "Chains that ran in part because their configuration allows it (`on_failure`, `on_overload`, `fail_open`).",
            Labels.ROUTE,
            Labels.FAILED_WORKER,
            Labels.FAILURE_TYPE),
    /** Instructions against those of an earlier policy. */
    CONFLICTS(
            MetricType.COUNTER,
            "policy_kernel_instruction_conflicts_total",
            "instructions",
            "Instructions that overrode those of an earlier policy.",
            Labels.ROUTE,
            Labels.CONFLICT),
    /** Messages that a policy in the shadow did not see. */
    SHADOW_NOT_RUN(
            MetricType.COUNTER,
            "policy_kernel_shadow_not_run_total",
            "messages",
            "Messages that a policy in the shadow was not shown, since their body could not be had for it.",
            Labels.ROUTE,
            Labels.POLICY,
            Labels.NOT_RUN_REASON),
    /** Values of the label of routes. */
    ROUTE_LABELS(
            MetricType.GAUGE,
            "policy_kernel_route_labels",
            "values",
            "Values of the label `route` in use, of `observability.metrics.max_route_labels`."),
    /** Routes without a value of their own. */
    ROUTE_LABELS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_route_labels_refused_total",
            "uses",
            "First uses of routes that count under `other` from then on, since `max_route_labels` are in use."),
    /** Requests refused for their path. */
    PATHS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_paths_refused_total",
            "requests",
            "Requests that were refused for their path ([paths](../paths.md)).",
            Labels.PATH_FAULT),
    /** Requests refused for method or authority. */
    REQUESTS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_requests_refused_total",
            "requests",
            "Requests that were refused for their method or authority ([paths](../paths.md)).",
            Labels.REQUEST_FAULT),
    /** Mode overrides without effect. */
    IGNORED_OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_ignored_mode_overrides",
            "mode overrides",
            "Kinds of mode override that Envoys ignore, each on one connection and route: what needs them is refused there."),
    /** Changes of the trust in mode overrides. */
    OVERRIDE_TRUST(
            MetricType.COUNTER,
            "policy_kernel_mode_override_trust_changes_total",
            "changes",
            "Changes of the trust that Envoy honours mode overrides ([Envoy](../envoy.md#overrides-that-are-ignored)).",
            Labels.ROUTE,
            Labels.DIRECTION,
            Labels.STANDING),
    /** Resets that were kept from ending a connection. */
    GUARDED_RESETS(
            MetricType.COUNTER,
            "policy_kernel_guarded_resets_total",
            "streams",
            "Stream resets that would have ended a connection with all exchanges on it."),
    /** Connections that the engine closed. */
    CLOSED_CONNECTIONS(
            MetricType.COUNTER,
            "policy_kernel_closed_connections_total",
            "connections",
            "Connections to the engine's port that the engine closed: nothing was said on them in time (`silent`), they were"
                    + " of those that are used least where others found no room (`unused`), or there was no room for"
                    + " them (`refused`) ([limits](../security/limits.md)).",
            Labels.CLOSED_CONNECTION),
    /** Open exchanges. */
    OPEN_EXCHANGES(
            MetricType.GAUGE,
            "policy_kernel_open_exchanges",
            "exchanges",
            "Exchanges whose stream is open, of `policy_kernel_max_exchanges` that may be."),
    /** The limit of open exchanges. */
    MAX_EXCHANGES(
            MetricType.GAUGE, "policy_kernel_max_exchanges", "exchanges", "The limit `limits.max_exchanges` in force."),
    /** Bytes that are held. */
    BUFFERED_BYTES(
            MetricType.GAUGE, "policy_kernel_buffered_bytes", "bytes", "Bytes that messages and header fields hold."),
    /** The limit of bytes that are held. */
    MAX_BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_kernel_max_buffered_bytes",
            "bytes",
            "The limit in force of bytes that are held."),
    /** Exchanges that were ended to make room for others. */
    SHED_EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_shed_exchanges_total",
            "exchanges",
            "Exchanges that were ended since others found no room: they held most and moved least"
                    + " ([memory](../architecture/memory.md))."),
    /** Exchanges that were refused when they began. */
    REFUSED_EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_refused_exchanges_total",
            "exchanges",
            "Exchanges that were refused as overload when they began, by the priority of their route and by what refused"
                    + " them: the adaptive limit, `max_exchanges`, the share of their route or client, or"
                    + " `max_buffered_bytes` ([overload](../architecture/overload.md)).",
            Labels.PRIORITY,
            Labels.OVERLOAD),
    /** The rate that the adaptive limit lets begin. */
    ADAPTIVE_LIMIT(
            MetricType.GAUGE,
            "policy_kernel_adaptive_limit_rate",
            "exchanges per second",
            "Exchanges that may begin in a second on the event loops that limit them, together; 0 where none does."),
    /** The event loops that limit exchanges. */
    LIMITING_LOOPS(
            MetricType.GAUGE,
            "policy_kernel_limiting_loops",
            "event loops",
            "Event loops on which the adaptive limit refuses exchanges."),
    /** The time that messages wait. */
    LOOP_WAIT(
            MetricType.GAUGE,
            "policy_kernel_loop_wait_seconds",
            "seconds",
            "Mean time for which messages waited for the busiest event loop lately, of which"
                    + " `limits.adaptive.target_lag_ms` may pass."),
    /** Streams that were refused. */
    REFUSED_STREAMS(
            MetricType.COUNTER,
            "policy_kernel_refused_streams_total",
            "streams",
            "Streams that were refused before anything was read, since too many were open"
                    + " ([memory](../architecture/memory.md))."),
    /** Replicas that can be called. */
    WORKER_REPLICAS(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas",
            "replicas",
            "Replicas of the worker that can be called, of `policy_kernel_worker_replicas_configured`.",
            Labels.WORKER),
    /** Replicas that there are to be. */
    WORKER_REPLICAS_CONFIGURED(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas_configured",
            "replicas",
            "Replicas that the worker has by the configuration.",
            Labels.WORKER),
    /** Calls in flight by worker. */
    WORKER_CALLS_IN_FLIGHT(
            MetricType.GAUGE,
            "policy_kernel_worker_calls_in_flight",
            "calls",
            "Calls of the worker that are under way.",
            Labels.WORKER),
    /** Messages that are dropped. */
    IGNORED_MESSAGES(
            MetricType.COUNTER,
            "policy_kernel_ignored_messages_total",
            "messages",
            "Messages of Envoy's that were dropped: of a kind that is unknown, or a second end of a body."),
    /** Exchanges in which metadata of Envoy's is ignored. */
    IGNORED_METADATA(
            MetricType.COUNTER,
            "policy_kernel_ignored_metadata_total",
            "exchanges",
            "Exchanges in which metadata of Envoy's filters was too large to be kept, or was no message of its type."),
    /** The availability of a worker. */
    WORKER_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_worker_health",
            "0 or 1",
            "1 if a replica of the worker can be called, else 0.",
            Labels.WORKER),
    /** The health of a policy. */
    POLICY_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_policy_health",
            "0 or 1",
            "0 while a replica of the worker says that the policy is not well, else 1; of declared policies only.",
            Labels.WORKER,
            Labels.POLICY),
    /** Policies that a worker may not run. */
    REFUSED_POLICIES(
            MetricType.GAUGE,
            "policy_kernel_worker_refused_policies",
            "policies",
            "Policies that the worker declares and may not run ([workers](../workers.md#who-owns-a-policy)).",
            Labels.WORKER),
    /** Refusals of the management API. */
    ADMIN_REFUSALS(
            MetricType.COUNTER,
            "policy_kernel_admin_refusals_total",
            "requests",
            "Requests to the management API without a valid token, or with a token whose role does not allow them.",
            Labels.REFUSAL),
    /** Spans that were sent. */
    TRACE_SPANS_EXPORTED(
            MetricType.COUNTER,
            "policy_kernel_trace_spans_exported_total",
            "spans",
            "Spans that the receiver of [traces](../tracing.md) has taken."),
    /** Spans that were not sent. */
    TRACE_SPANS_DROPPED(
            MetricType.COUNTER,
            "policy_kernel_trace_spans_dropped_total",
            "spans",
            "Spans that were dropped: `tracing.max_queued_spans` wait already (`full`), the receiver is not there or does"
                    + " not take them (`failed`), or the export was ended (`ended`).",
            Labels.SPAN_DROP_REASON),
    /** Event loops that are stuck. */
    STUCK_LOOPS(
            MetricType.GAUGE,
            "policy_kernel_stuck_loops",
            "event loops",
            "Event loops that have not got on for `stuck_loop_timeout_ms`, whatever keeps them busy.");

    @SuppressWarnings("ImmutableEnumChecker") // its list is a copy
    private final Description description;

    KernelMetric(MetricType type, String id, String unit, String doc, Label... labels) {
        this.description = new Description(type, id, unit, doc, labels);
    }

    @Override
    public Description description() {
        return description;
    }
}
