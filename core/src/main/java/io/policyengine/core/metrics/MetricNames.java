package io.policyengine.core.metrics;

/** Names of all meters, as they are scraped. */
public final class MetricNames {
    /** Counter {@code {route, worker, status}}: worker calls; worker {@code none} where no policy ran. */
    public static final String KERNEL_REQUESTS = "policy_kernel_requests_total";
    /** Timer {@code {route, worker}}: duration of worker calls, in seconds. */
    public static final String KERNEL_REQUEST_DURATION = "policy_kernel_request_duration_seconds";
    /** Gauge {@code {worker}}: 1 if a replica of the worker can be called, else 0. */
    public static final String KERNEL_WORKER_HEALTH = "policy_kernel_worker_health";
    /** Gauge {@code {worker, policy}}: 0 while a replica of the worker says that the policy is not well, else 1; of declared policies only. */
    public static final String KERNEL_POLICY_HEALTH = "policy_kernel_policy_health";
    /** Policies that a worker declares and may not run. */
    public static final String KERNEL_REFUSED_POLICIES = "policy_kernel_worker_refused_policies";
    /** Counter {@code {worker}}: calls that were not answered in time. */
    public static final String KERNEL_WORKER_TIMEOUTS = "policy_kernel_worker_timeouts_total";
    /** Counter {@code {status}}: configurations loaded ({@code success}), rejected ({@code failure}), or looked at and {@code unchanged}. */
    public static final String KERNEL_CONFIG_RELOAD = "policy_kernel_config_reload_total";
    /** Gauge: the number of the active generation. */
    public static final String KERNEL_CONFIG_GENERATION = "policy_kernel_config_generation";
    /**
     * Gauge {@code {state}}: routes of the active generation. States {@code serving}, {@code refused} (each exchange is answered with an
     * error), {@code awaited} (a worker has not answered yet since the start), and {@code open}: entries of {@code open_routes}.
     */
    public static final String KERNEL_ROUTES = "policy_kernel_routes";
    /** Gauge {@code {kind, name, mode}}: 1 while an override is in force; there is none else. Kinds {@code policy}, {@code route}, {@code worker}. */
    public static final String KERNEL_OVERRIDES = "policy_kernel_overrides";
    /** Gauge: 1 while a kernel runs by the last good generation since its files could not be used at the start, else 0. */
    public static final String KERNEL_CONFIG_LAST_GOOD = "policy_kernel_config_last_good";
    /** Counter: generations that could not be written to the state directory. */
    public static final String KERNEL_GENERATION_STORE_FAILURES = "policy_kernel_generation_store_failures_total";
    /** Histogram {@code {route}}: worker calls per exchange. */
    public static final String KERNEL_WORKER_CALLS = "policy_kernel_worker_calls_per_request";
    /** Timer {@code {route, num_workers}}: duration of a phase's chain, in seconds. */
    public static final String KERNEL_CHAIN_DURATION = "policy_kernel_chain_execution_duration_seconds";
    /** Counter {@code {route, failed_worker, failure_type}}: chains that ran in part because their configuration allows it. */
    public static final String KERNEL_PARTIAL_CHAINS = "policy_kernel_partial_chain_failures_total";
    /**
     * Counter {@code {route, policy, reason}}: messages that a policy in the shadow was not shown since their body could not be had
     * for it; reasons {@code tunnel}, {@code encoded}, {@code body_mode}, {@code buffered_bytes}.
     */
    public static final String KERNEL_SHADOW_NOT_RUN = "policy_kernel_shadow_not_run_total";
    /** Counter {@code {route, conflict_type}}: instructions that overrode those of an earlier policy. */
    public static final String KERNEL_CONFLICTS = "policy_kernel_instruction_conflicts_total";
    /** Counter {@code {policy, status}}: runs of a policy. */
    public static final String WORKER_EXECUTIONS = "policy_worker_executions_total";
    /** Timer {@code {policy}}: duration of a policy's run, in seconds. */
    public static final String WORKER_EXECUTION_DURATION = "policy_worker_execution_duration_seconds";
    /** Counter {@code {policy, reason}}: failures of a policy. */
    public static final String WORKER_POLICY_FAILURES = "policy_worker_policy_failures_total";
    /** Counter {@code {route, policy, outcome}}: runs of policies in the shadow, by what they would have done. */
    public static final String WORKER_SHADOW_OUTCOMES = "policy_worker_shadow_outcomes_total";
    /** Summary {@code {type}}: size of what policies see, in bytes; types {@code headers}, {@code body}, {@code state}. */
    public static final String WORKER_CONTEXT_SIZE = "policy_worker_context_size_bytes";
    /** Counter: failures of single streams that would have closed their connection, see {@code core.net.Http2Guard}. */
    public static final String WORKER_STREAM_FAILURES = "policy_worker_stream_failures_total";

    /** Counter {@code {outcome}}: exchanges by how they ended. */
    public static final String KERNEL_EXCHANGES = "policy_kernel_exchanges_total";
    /** Gauge: kinds of mode override that Envoys ignore, each on one connection and route: what needs them is refused there. */
    public static final String KERNEL_IGNORED_OVERRIDES = "policy_kernel_ignored_mode_overrides";
    /** Counter {@code {route, direction, standing}}: changes of the trust in mode overrides: {@code suspect}, {@code lost}, {@code restored}. */
    public static final String KERNEL_OVERRIDE_TRUST = "policy_kernel_mode_override_trust_changes_total";
    /** Counter {@code {kind}}: requests refused for their path; kinds as {@code core.http.PathFault} names them. */
    public static final String KERNEL_PATHS_REFUSED = "policy_kernel_paths_refused_total";
    /** Counter {@code {kind}}: requests refused for method or authority; kinds as {@code core.http.RequestFault} names them. */
    public static final String KERNEL_REQUESTS_REFUSED = "policy_kernel_requests_refused_total";
    /** Counter: stream resets that would have ended a connection with all exchanges on it. */
    public static final String KERNEL_GUARDED_RESETS = "policy_kernel_guarded_resets_total";

    /** Counter {@code {reason}}: requests to the management API without a valid token, or whose role is not enough. */
    public static final String KERNEL_ADMIN_REFUSALS = "policy_kernel_admin_refusals_total";

    /** Gauge: event loops that policies of embedded workers keep busy for longer than {@code stuck_loop_timeout_ms}. */
    public static final String KERNEL_STUCK_LOOPS = "policy_kernel_stuck_loops";

    private MetricNames() {}
}
