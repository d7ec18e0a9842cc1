package io.policyengine.core.error;

/** The errors of an exchange. Each has a stable code, a category, and the HTTP status that the client receives. */
public enum ErrorCode {
    /** A policy threw an exception, failed its future or misbehaved otherwise. */
    POLICY_ERROR(
            Category.POLICY,
            500,
            "A policy failed, or its worker failed while the policy ran. The policy threw an exception, "
                    + "failed its future, or returned nothing.",
            "Find the worker's log line `a policy failed` by the request id. Correct the policy or its "
                    + "parameters. Until then, set `mode: off`, add an override, or roll back to the previous "
                    + "generation."),
    /** A policy did not answer within its promised time. */
    POLICY_TIMEOUT(
            Category.POLICY,
            500,
            "A policy took longer than `timeout_ms` of its entry or `server.policy_timeout_ms` of its worker; or it"
                    + " began within the first quarter of its call's time and was still running at the call's end.",
            "Look at `policy_worker_execution_duration_seconds`, and at the servers for which the policy "
                    + "waits. Increase the limit, or set `on_failure`."),
    /** A policy returned an instruction that is invalid, or that Envoy would ignore. */
    INVALID_INSTRUCTION(
            Category.POLICY,
            500,
            "A policy requested a change that HTTP does not allow, or that Envoy would silently ignore.",
            "The log names the change. Correct the policy, or declare in `envoy.mutation_rules` what Envoy"
                    + " allows."),
    /** The metadata of an exchange would exceed its limit. */
    STATE_TOO_LARGE(
            Category.POLICY,
            500,
            "The metadata of the exchange would exceed `max_state_size_bytes`. The exchange is denied, "
                    + "regardless of `on_failure`.",
            "Find the policy that stores so much metadata, or raise `limits.max_state_size_bytes` of the "
                    + "kernel and `resource_limits.max_state_size_bytes` of the worker."),
    /** A body that a policy sets or holds back would exceed its limit. */
    BODY_TOO_LARGE(
            Category.POLICY,
            500,
            "A body that a policy creates or holds back would exceed `resource_limits.max_body_size_bytes` of its"
                    + " worker, or replacements would enlarge a body too much. The exchange is denied, regardless of"
                    + " `on_failure`.",
            "Change the parameters that make the body grow, or raise the limit."),
    /** A server that a policy calls gave no usable response. */
    DEPENDENCY_UNAVAILABLE(
            Category.AVAILABILITY,
            503,
            "A server that a policy must call gave no usable response: it cannot be reached, does not "
                    + "respond in time, or its response is invalid.",
            "The log names the target and the reason; look at `policy_worker_callout_failures_total`. Repair the server"
                    + " or its entry in `worker_core.targets`; `on_failure` determines what happens until then."),
    /** A policy cannot process the request. */
    INVALID_REQUEST(
            Category.MESSAGE,
            400,
            "A policy cannot process a request: an expression yields no usable value, or the call that the policy "
                    + "would make is illegal or refused by the server. The request is denied, regardless of "
                    + "`on_failure`.",
            "Usually nothing, because the client sent what the policy does not expect. Otherwise test in the expression"
                    + " for what may be missing: `has()`, `in`, `[?key]`."),
    /** A policy cannot process the upstream's response. */
    INVALID_RESPONSE(
            Category.MESSAGE,
            502,
            "A policy cannot process a response of the upstream, or of a server that the policy calls: an "
                    + "expression yields no usable value. The message is denied, regardless of `on_failure`.",
            "Check what the upstream, or the server that the log names, sends; or test in the expression for what may"
                    + " be missing: `has()`, `in`, `[?key]`."),
    /** A worker's response is invalid. */
    INVALID_ANSWER(
            Category.POLICY,
            500,
            "A worker's answer is invalid, or does not contain the outcome of an entry.",
            "A bug in the worker: the log says what it answered. Use another version; for your own worker,"
                    + " see [the worker protocol](../worker-protocol.md)."),
    /** The route's configuration is unusable, or Envoy's settings do not provide what the route needs. */
    ROUTE_MISCONFIGURED(
            Category.CONFIGURATION,
            500,
            "The route cannot be served as it is configured: no worker declares a policy of the chain, the policy's"
                    + " parameters are invalid, or Envoy's settings do not provide what the chain needs.",
            "Run `policy-engine validate`, or look for the route in `/routes` of the management API; the log names the"
                    + " position and the remedy."),
    /** A worker declares the policy, but no replica of the worker is available. */
    WORKER_UNAVAILABLE(
            Category.AVAILABILITY,
            503,
            "A worker that the chain needs cannot be called: no replica is connected, healthy and prepared.",
            "Look at `policy_kernel_worker_health`, `/workers` and the log of the worker: is it running,"
                    + " under the right user, at the right socket?"),
    /** A worker did not respond in time. */
    WORKER_TIMEOUT(
            Category.AVAILABILITY,
            503,
            "A worker did not answer within its `timeout_ms`.",
            "Look at `policy_kernel_request_duration_seconds` of that worker. Give it more replicas or more"
                    + " time."),
    /** An entry, a call or a call-out failed after earlier ones had used part of its promised time. */
    DEADLINE_EXCEEDED(
            Category.AVAILABILITY,
            503,
            "An entry could not begin, or failed with less than its [promised "
                    + "time](../workers.md#time-outs-and-overload): earlier entries or calls took too much time, or "
                    + "the entry itself left too little time for a server or store. The exchange is denied, "
                    + "regardless of `on_failure`, `on_overload` and `fail_open`.",
            "The log names the entry and its time; [explain](../explain.md) shows how long each entry "
                    + "before it took. Set a shorter `timeout_ms` for the slow one, or raise "
                    + "`workers[].timeout_ms` or `limits.phase_timeout_ms`."),
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
            "A request body that a policy must read completely is larger than `max_body_bytes` of its "
                    + "flow, or than the worker accepts.",
            "Usually nothing, because the client sent too much. Otherwise raise the limit, or use "
                    + "policies that stream."),
    /** A response body that a policy must read is too large. */
    RESPONSE_TOO_LARGE(
            Category.MESSAGE,
            502,
            "A response body that a policy must read completely is larger than `max_body_bytes` of its "
                    + "flow, or than the worker accepts.",
            "Raise the limit, or use policies that stream."),
    /** A request body that a policy must read stopped arriving or took too long. */
    REQUEST_TIMEOUT(
            Category.MESSAGE,
            408,
            "No chunk of a request body that a policy must read arrived for "
                    + "`limits.body_idle_timeout_ms`, or the body was not complete within `limits.body_timeout_ms`.",
            "Usually nothing: the client stopped sending, or sent more than Envoy's buffer holds. Otherwise raise the"
                    + " limit."),
    /** A response body that a policy must read stopped arriving or took too long. */
    RESPONSE_TIMEOUT(
            Category.MESSAGE,
            504,
            "No chunk of a response body that a policy must read arrived for "
                    + "`limits.body_idle_timeout_ms`, or the body was not complete within `limits.body_timeout_ms`.",
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
    /** A policy denied a response of which a part may have been sent already. */
    RESPONSE_REFUSED(
            Category.MESSAGE,
            502,
            "A policy refuses a response of which a part may have been sent already: the response is cut "
                    + "off, regardless of `on_failure`.",
            "Check what the upstream sends: the worker's log line `a policy refuses the rest of a body` "
                    + "names the policy and the reason."),
    /** The engine itself failed. */
    INTERNAL(
            Category.ENGINE,
            500,
            "A bug in the engine itself.",
            "The log has the stack trace, by the request id: please report it.");

    /** The party that can correct an error. */
    public enum Category {
        /** The policy's author. */
        POLICY,
        /** The operator, by changing the configuration. */
        CONFIGURATION,
        /** The operator, by providing capacity or restoring a process. */
        AVAILABILITY,
        /** The sender of the message: the client of a request, or the upstream of a response. */
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
                || this == DEADLINE_EXCEEDED
                || this == DEPENDENCY_UNAVAILABLE
                || this == INVALID_REQUEST
                || this == INVALID_RESPONSE
                || this == RESPONSE_REFUSED;
    }

    /**
     * Returns whether a policy failed because of a dependency or because of its own duration. Of the failures that a
     * policy reports, {@code on_failure} applies only to these, since the sender of a message could cause the others. A
     * message can, for instance, slow down earlier entries until {@link #DEADLINE_EXCEEDED}.
     */
    public boolean isOfDependency() {
        return this == DEPENDENCY_UNAVAILABLE || this == POLICY_TIMEOUT;
    }

    public Category category() {
        return category;
    }

    /** The HTTP status of a denial with this error. */
    public int status() {
        return status;
    }

    /** The condition under which the error occurs, in one sentence of Markdown for docs/reference/error-codes.md. */
    public String when() {
        return when;
    }

    /** The action that an operator should take, in one or two sentences of Markdown. */
    public String remedy() {
        return remedy;
    }
}
