package io.policyengine.core.error;

/** The errors of an exchange, each with a stable code, a category and the client's status. */
public enum ErrorCode {
    /** A policy threw, failed its future or misbehaved otherwise. */
    POLICY_ERROR(
            Category.POLICY,
            500,
            "A policy failed, or its worker did while it ran: it threw, failed its future, or answered" + " nothing.",
            "Read the line `a policy failed` of the worker, by the request id. Correct the policy or its"
                    + " parameters; until then `mode: off`, an override, or the previous generation."),
    /** A policy exceeded its time limit. */
    POLICY_TIMEOUT(
            Category.POLICY,
            500,
            "A policy took longer than `timeout_ms` of its entry, or `server.policy_timeout_ms` of its" + " worker.",
            "Look at `policy_worker_execution_duration_seconds`, and at what the policy waits for. Give it"
                    + " more time, or `on_failure`."),
    /** A policy instructed something illegal, or something that Envoy would drop. */
    INVALID_INSTRUCTION(
            Category.POLICY,
            500,
            "A policy asked for a change that HTTP does not allow, or that Envoy would silently drop.",
            "The log names the change. Correct the policy, or declare in `envoy.mutation_rules` what Envoy"
                    + " allows."),
    /** The metadata of an exchange would exceed its limit. */
    STATE_TOO_LARGE(
            Category.POLICY,
            500,
            "The metadata that policies have left would exceed `max_state_size_bytes`. It denies whatever `on_failure` says.",
            "Find the policy that leaves so much, or raise `limits.max_state_size_bytes` of the kernel and"
                    + " `resource_limits.max_state_size_bytes` of the worker."),
    /** A body that a policy sets, or holds back, would exceed its limit. */
    BODY_TOO_LARGE(
            Category.POLICY,
            500,
            "A body that a policy makes, or holds back, would exceed `resource_limits.max_body_size_bytes` of its worker. It"
                    + " denies whatever `on_failure` says.",
            "Change the parameters that make it grow, or raise the limit."),
    /** A server that a policy calls gave no usable answer. */
    DEPENDENCY_UNAVAILABLE(
            Category.AVAILABILITY,
            503,
            "A server that a policy must call gave no usable answer: it cannot be reached, does not answer in time, or"
                    + " its answer is invalid.",
            "The log names the target and the reason; look at `policy_worker_callout_failures_total`. Repair the server"
                    + " or its entry in `worker_core.targets`; `on_failure` says what happens until then."),
    /** A worker's answer is invalid. */
    INVALID_ANSWER(
            Category.POLICY,
            500,
            "A worker's answer is invalid, or does not say what happened to an entry.",
            "A bug in the worker: the log says what it answered. Use another version; for your own worker,"
                    + " see [the worker protocol](../worker-protocol.md)."),
    /** No worker declares a policy of the chain, or its parameters are invalid. */
    POLICY_NOT_SUPPORTED(
            Category.CONFIGURATION,
            500,
            "No worker declares a policy of the chain, its parameters are wrong, or this Envoy cannot be"
                    + " asked for what the chain needs.",
            "Run `policy-engine validate`, or look for the route in `/routes` of the management API; the log names"
                    + " place and remedy."),
    /** A policy is declared, but none of its workers is available. */
    WORKER_UNAVAILABLE(
            Category.AVAILABILITY,
            503,
            "A worker that the chain needs cannot be called: no replica is connected, healthy and prepared.",
            "Look at `policy_kernel_worker_health`, `/workers` and the log of the worker: is it running,"
                    + " under the right user, at the right socket?"),
    /** A worker did not answer in time. */
    WORKER_TIMEOUT(
            Category.AVAILABILITY,
            503,
            "A worker did not answer within its `timeout_ms`, or within what was left of"
                    + " `limits.phase_timeout_ms`.",
            "Look at `policy_kernel_request_duration_seconds` of that worker. Give it more replicas or more"
                    + " time."),
    /** A limit of concurrent work is reached. */
    OVERLOADED(
            Category.AVAILABILITY,
            503,
            "A limit on concurrent work is reached: `limits.adaptive`, `limits.max_exchanges` or"
                    + " `limits.max_buffered_bytes` of the kernel, `server.max_concurrent_requests` of a worker, or the"
                    + " policy's own. The answer has `Retry-After: 1`.",
            "The log names the limit. Add kernels or replicas; raise the limit only where memory allows"
                    + " ([sizing](../architecture/memory.md), [overload](../architecture/overload.md))."),
    /** A request body that a policy must read is too large. */
    REQUEST_TOO_LARGE(
            Category.MESSAGE,
            413,
            "A request body that a policy must read whole is larger than `max_body_bytes` of its flow, or"
                    + " than the worker takes.",
            "Usually nothing: the client sent too much. Otherwise raise the limit, or use policies that" + " stream."),
    /** A response body that a policy must read is too large. */
    RESPONSE_TOO_LARGE(
            Category.MESSAGE,
            502,
            "A response body that a policy must read whole is larger than `max_body_bytes` of its flow, or"
                    + " than the worker takes.",
            "Raise the limit, or use policies that stream."),
    /** A request body that a policy must read stalled or took too long. */
    REQUEST_TIMEOUT(
            Category.MESSAGE,
            408,
            "A request body that a policy must read did not go on for `limits.body_idle_timeout_ms`, or did not come"
                    + " whole within `limits.body_timeout_ms`.",
            "Usually nothing: the client stopped sending, or sent more than Envoy's buffer holds. Otherwise raise the"
                    + " limit."),
    /** A response body that a policy must read stalled or took too long. */
    RESPONSE_TIMEOUT(
            Category.MESSAGE,
            504,
            "A response body that a policy must read did not go on for `limits.body_idle_timeout_ms`, or did not come"
                    + " whole within `limits.body_timeout_ms`.",
            "Look at the upstream: it stopped sending, or takes longer than the limit."),
    /** A request body that a policy must read has a content coding that cannot be decoded. */
    REQUEST_ENCODING(
            Category.MESSAGE,
            415,
            "A request body that a policy must read has a content coding that the engine does not know, or"
                    + " that is damaged.",
            "Usually nothing. If such bodies may bypass the policy, set `on_encoded: pass` on its entry."),
    /** A response body that a policy must read has a content coding that cannot be decoded. */
    RESPONSE_ENCODING(
            Category.MESSAGE,
            502,
            "A response body that a policy must read has a content coding that the engine does not know, or"
                    + " that is damaged.",
            "Let the upstream use gzip, deflate, br or zstd, or set `on_encoded: pass` on the entry."),
    /** A policy denies a response that may be partly sent. */
    RESPONSE_REFUSED(
            Category.MESSAGE,
            502,
            "A policy refuses a response in the midst of its body: the response breaks off, whatever"
                    + " `on_failure` says.",
            "Look at what the upstream sends: the line `a policy refuses the rest of a body` of the worker names the policy"
                    + " and says why."),
    /** A fault of the engine. */
    INTERNAL(
            Category.ENGINE,
            500,
            "A bug in the engine itself.",
            "The log has the stack trace, by the request id: please report it.");

    /** The party responsible for an error. */
    public enum Category {
        /** The policy's author. */
        POLICY,
        /** The operator, by configuration. */
        CONFIGURATION,
        /** The operator, by capacity or a process that is down. */
        AVAILABILITY,
        /** The client, by its request, or the upstream, by its response. */
        MESSAGE,
        /** The engine's authors. */
        ENGINE
    }

    private final Category category;
    private final int status;
    private final String when;
    private final String remedy;

    ErrorCode(Category category, int status, String when, String remedy) {
        this.category = category;
        this.status = status;
        this.when = when;
        this.remedy = remedy;
    }

    /** Returns whether a policy may report this error for its entry. */
    public boolean isOfEntries() {
        return category == Category.POLICY
                || this == OVERLOADED
                || this == DEPENDENCY_UNAVAILABLE
                || this == RESPONSE_REFUSED;
    }

    public Category category() {
        return category;
    }

    /** The HTTP status of a denial with this error. */
    public int status() {
        return status;
    }

    /** The condition of its occurrence in one sentence, as Markdown for docs/reference/error-codes.md. */
    public String when() {
        return when;
    }

    /** The operator's remedy in one or two sentences, as Markdown. */
    public String remedy() {
        return remedy;
    }
}
