package io.policyengine.core.metrics;

/** The meters of a kernel: exchanges and their outcomes, limits, and workers. */
public enum KernelMetric implements Metric {
    REQUESTS(
            MetricType.COUNTER,
            "policy_kernel_requests_total",
            "calls",
            "Worker calls by their outcome. Exchanges in which no policy ran are counted with `worker=\"none\"`.",
            Labels.ROUTE,
            Labels.WORKER_OR_NONE,
            Labels.CALL_STATUS),
    REQUEST_DURATION(
            MetricType.TIMER,
            "policy_kernel_request_duration_seconds",
            "seconds",
            "Duration of worker calls.",
            Labels.ROUTE,
            Labels.WORKER),
    WORKER_TIMEOUTS(
            MetricType.COUNTER,
            "policy_kernel_worker_timeouts_total",
            "calls",
            "Worker calls that were not answered in time.",
            Labels.WORKER),
    WORKER_CALLS(
            MetricType.SUMMARY,
            "policy_kernel_worker_calls_per_request",
            "calls",
            "Number of worker calls of an exchange, in both of its phases together.",
            Labels.ROUTE),
    CHAIN_DURATION(
            MetricType.TIMER,
            "policy_kernel_chain_execution_duration_seconds",
            "seconds",
            "Duration of the chain of one phase.",
            Labels.ROUTE,
            Labels.NUM_WORKERS),
    EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_exchanges_total",
            "exchanges",
            "Exchanges by their outcome. `observed` means that Envoy only let the engine observe the exchange.",
            Labels.EXCHANGE_OUTCOME),
    ANSWERS(
            MetricType.COUNTER,
            "policy_kernel_answers_total",
            "exchanges",
            "Exchanges of a route by the answer that the client got. `passed`: the upstream's answer. `2xx` to `5xx`:"
                    + " an answer of a policy or of the engine, by the class of its status. `broken_off`: Envoy's own"
                    + " answer, because the engine aborted the stream. `cancelled`: no answer, because the client"
                    + " disconnected.",
            Labels.ROUTE,
            Labels.ANSWER),
    ILLEGAL_MESSAGES(
            MetricType.COUNTER,
            "policy_kernel_illegal_messages_total",
            "messages",
            "Invalid messages from Envoy, or from another client of the engine's port, that made the engine end their"
                    + " stream. `malformed`: not a message of the protocol. `too_large`: larger than allowed."
                    + " `out_of_order`: of a kind that is not allowed at that point. `late`: not complete in time.",
            Labels.ILLEGAL_MESSAGE),
    PARTIAL_CHAINS(
            MetricType.COUNTER,
            "policy_kernel_partial_chain_failures_total",
            "chains",
            "Chains of which only a part ran, because their configuration allows this (`on_failure`, `on_overload`,"
                    + " `fail_open`).",
            Labels.ROUTE,
            Labels.FAILED_WORKER,
            Labels.FAILURE_TYPE),
    CONFLICTS(
            MetricType.COUNTER,
            "policy_kernel_instruction_conflicts_total",
            "instructions",
            "Instructions that overrode those of an earlier policy.",
            Labels.ROUTE,
            Labels.CONFLICT),
    SHADOW_NOT_RUN(
            MetricType.COUNTER,
            "policy_kernel_shadow_not_run_total",
            "messages",
            "Messages that a policy in [shadow](../shadow.md) mode did not see, because their body was unavailable.",
            Labels.ROUTE,
            Labels.POLICY,
            Labels.NOT_RUN_REASON),
    ROUTE_LABELS(
            MetricType.GAUGE,
            "policy_kernel_route_labels",
            "values",
            "Values of the label `route` that are in use. The maximum is `observability.metrics.max_route_labels`."),
    ROUTE_LABELS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_route_labels_refused_total",
            "uses",
            "Series of routes that began to be counted under `other`, because `max_route_labels` values were in use."
                    + " Each such route has several series."),
    PATHS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_paths_refused_total",
            "requests",
            "Requests that were refused because of their path ([paths](../paths.md)).",
            Labels.PATH_FAULT),
    REQUESTS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_requests_refused_total",
            "requests",
            "Requests that were refused because of their method or authority ([paths](../paths.md)).",
            Labels.REQUEST_FAULT),
    IGNORED_OVERRIDES(
            MetricType.GAUGE,
            "policy_kernel_ignored_mode_overrides",
            "mode overrides",
            "[Mode overrides that Envoys ignore](../envoy/bodies.md#overrides-that-are-ignored), counted by kind,"
                    + " connection and route. Exchanges that need such an override on that connection and route are"
                    + " refused."),
    OVERRIDE_TRUST(
            MetricType.COUNTER,
            "policy_kernel_mode_override_trust_changes_total",
            "changes",
            "Changes of the engine's [trust that Envoy honours mode"
                    + " overrides](../envoy/bodies.md#overrides-that-are-ignored).",
            Labels.ROUTE,
            Labels.DIRECTION,
            Labels.STANDING),
    GUARDED_RESETS(
            MetricType.COUNTER,
            "policy_kernel_guarded_resets_total",
            "streams",
            "Stream resets that would have ended a connection with all its exchanges. The engine ended only the"
                    + " stream."),
    CLOSED_CONNECTIONS(
            MetricType.COUNTER,
            "policy_kernel_closed_connections_total",
            "connections",
            "Connections to the engine's port that the engine closed ([limits](../limits.md)). `silent`: they were"
                    + " silent for too long. `unused`: they had not been used for seconds when other connections"
                    + " needed room. `refused`: they were new, there was no room, and all examined connections were in"
                    + " use.",
            Labels.CLOSED_CONNECTION),
    CONNECTIONS(
            MetricType.GAUGE,
            "policy_kernel_connections",
            "connections",
            "Open HTTP connections to the engine's port. The maximum is `policy_kernel_max_connections`."),
    /** The maximum number of connections. */
    MAX_CONNECTIONS(
            MetricType.GAUGE,
            "policy_kernel_max_connections",
            "connections",
            "Maximum HTTP connections to the engine's port, as heap and file descriptors allow."),
    OPEN_EXCHANGES(
            MetricType.GAUGE,
            "policy_kernel_open_exchanges",
            "exchanges",
            "Exchanges whose stream is open. The maximum is `policy_kernel_max_exchanges`."),
    /** The maximum number of open exchanges. */
    MAX_EXCHANGES(
            MetricType.GAUGE,
            "policy_kernel_max_exchanges",
            "exchanges",
            "The value of `limits.max_exchanges` in " + "force."),
    BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_kernel_buffered_bytes",
            "bytes",
            "Bytes that messages and header fields of"
                    + " exchanges hold. The maximum is `policy_kernel_max_buffered_bytes`."),
    /** The maximum bytes held for all exchanges. */
    MAX_BUFFERED_BYTES(
            MetricType.GAUGE,
            "policy_kernel_max_buffered_bytes",
            "bytes",
            "The value of `limits.max_buffered_bytes` in force."),
    SHED_EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_shed_exchanges_total",
            "exchanges",
            "Exchanges that were ended to make room for others ([memory](../architecture/memory.md)). The engine ends"
                    + " those that hold the most bytes and make the least progress."),
    REFUSED_EXCHANGES(
            MetricType.COUNTER,
            "policy_kernel_refused_exchanges_total",
            "exchanges",
            "Exchanges that were refused as overload when they began, by the priority of their route and by the"
                    + " exceeded limit ([overload](../architecture/overload.md)). `adaptive`: the adaptive limit."
                    + " `exchanges`: `max_exchanges`. `share`: the share of the route or client. `bytes`:"
                    + " `max_buffered_bytes`.",
            Labels.PRIORITY,
            Labels.OVERLOAD),
    ADAPTIVE_LIMIT(
            MetricType.GAUGE,
            "policy_kernel_adaptive_limit_rate",
            "exchanges per second",
            "Exchanges per second that may begin, summed over the event loops that limit exchanges. 0: no event loop"
                    + " limits them."),
    LIMITING_LOOPS(
            MetricType.GAUGE,
            "policy_kernel_limiting_loops",
            "event loops",
            "Event loops on which the adaptive limit refuses exchanges."),
    LOOP_WAIT(
            MetricType.GAUGE,
            "policy_kernel_loop_wait_seconds",
            "seconds",
            "Mean time that messages recently waited for the busiest event loop. The target is"
                    + " `limits.adaptive.target_lag_ms`."),
    REFUSED_STREAMS(
            MetricType.COUNTER,
            "policy_kernel_refused_streams_total",
            "streams",
            "Streams that were refused before the engine read from them, because too many streams were open"
                    + " ([memory](../architecture/memory.md))."),
    WORKER_REPLICAS(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas",
            "replicas",
            "Replicas of the worker that can be called. The total is `policy_kernel_worker_replicas_configured`.",
            Labels.WORKER),
    WORKER_REPLICAS_CONFIGURED(
            MetricType.GAUGE,
            "policy_kernel_worker_replicas_configured",
            "replicas",
            "Replicas of the worker in the configuration.",
            Labels.WORKER),
    WORKER_CALLS_IN_FLIGHT(
            MetricType.GAUGE,
            "policy_kernel_worker_calls_in_flight",
            "calls",
            "Calls to the worker that are in flight.",
            Labels.WORKER),
    WORKER_CALL_LIMIT(
            MetricType.GAUGE,
            "policy_kernel_worker_adaptive_limit",
            "calls",
            "Calls that may be in flight to replicas of the worker that cannot answer all calls in time"
                    + " (`workers[].adaptive`). 0: no replica is limited.",
            Labels.WORKER),
    IGNORED_MESSAGES(
            MetricType.COUNTER,
            "policy_kernel_ignored_messages_total",
            "messages",
            "Messages from Envoy that were ignored, because their kind is unknown, or because they ended a body a"
                    + " second time."),
    IGNORED_METADATA(
            MetricType.COUNTER,
            "policy_kernel_ignored_metadata_total",
            "exchanges",
            "Exchanges in which metadata of Envoy's filters was ignored, because it was too large or " + "malformed."),
    WORKER_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_worker_health",
            "0 or 1",
            "1 if at least one replica of the worker can be called, otherwise 0.",
            Labels.WORKER),
    POLICY_HEALTH(
            MetricType.GAUGE,
            "policy_kernel_policy_health",
            "0 or 1",
            "0 while a replica of the worker reports that the policy is unhealthy, otherwise 1. Only declared policies"
                    + " have this series.",
            Labels.WORKER,
            Labels.POLICY),
    REFUSED_POLICIES(
            MetricType.GAUGE,
            "policy_kernel_worker_refused_policies",
            "policies",
            "Policies that the worker declares but must not run " + "([workers](../workers.md#who-owns-a-policy)).",
            Labels.WORKER),
    WORKER_METRICS_READ(
            MetricType.GAUGE,
            "policy_kernel_worker_metrics_read",
            "replicas",
            "Replicas of the worker whose metrics are part of this response, with `observability.metrics.workers`"
                    + " ([workers](../workers.md#metrics-of-workers)).",
            Labels.WORKER),
    WORKER_METRICS_REFUSED(
            MetricType.COUNTER,
            "policy_kernel_worker_metrics_refused_total",
            "refusals",
            "Families of a worker's metrics, or whole answers, that were left out of a response, because they were"
                    + " malformed or too large or contradicted others.",
            Labels.WORKER),
    ADMIN_REFUSALS(
            MetricType.COUNTER,
            "policy_kernel_admin_refusals_total",
            "requests",
            "Refused requests to the management API. `unauthenticated`: without a valid token. `forbidden`: with a"
                    + " token whose role does not allow the request.",
            Labels.REFUSAL),
    TRACE_SPANS_EXPORTED(
            MetricType.COUNTER,
            "policy_kernel_trace_spans_exported_total",
            "spans",
            "Spans that the receiver of [traces](../tracing.md) has accepted."),
    TRACE_SPANS_DROPPED(
            MetricType.COUNTER,
            "policy_kernel_trace_spans_dropped_total",
            "spans",
            "Spans that were dropped. `full`: `tracing.max_queued_spans` spans were queued. `failed`: the receiver was"
                    + " unreachable or rejected them. `ended`: the export was ended.",
            Labels.SPAN_DROP_REASON),
    STUCK_LOOPS(
            MetricType.GAUGE,
            "policy_kernel_stuck_loops",
            "event loops",
            "Event loops that have made no progress for `stuck_loop_timeout_ms`.");

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
