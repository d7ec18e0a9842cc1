package io.policyengine.core.metrics;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.config.Priority;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.sink.LossReason;
import io.policyengine.core.store.StoreException;
import java.util.Arrays;

/** The labels of all meters. */
final class Labels {
    static final Label ROUTE = Label.of("route", "see *Series per route* above");
    static final Label SHADOW_ROUTE = Label.of(
            "route", "see *Series per route* above; also `other` if entries in shadow mode already have 1,000 series");
    static final Label SHADOW_ENTRY = Label.of(
            "entry",
            "name of the entry in its chain; `other` if entries in shadow mode already have 1,000" + " series");
    static final Label WORKER = Label.of("worker", "name of the worker");
    static final Label WORKER_OR_NONE = Label.of("worker", "name of the worker; `none` if no policy ran");
    static final Label FAILED_WORKER = Label.of("failed_worker", "name of the worker");
    static final Label POLICY = Label.of("policy", "name of the policy");
    static final Label OVERRIDDEN =
            Label.of("name", "name of the policy, route or worker to which the override" + " applies");
    static final Label NUM_WORKERS = Label.of("num_workers", "number of worker calls that the chain needs");
    static final Label CALL_STATUS = Label.oneOf(
            "status",
            "ok",
            "denied",
            "policy_error",
            "timeout",
            "deadline_exceeded",
            "unavailable",
            "overloaded",
            "worker_error",
            "cancelled");
    static final Label EXCHANGE_OUTCOME = Label.oneOf(
            "outcome",
            "passed",
            "denied",
            "failed",
            "overloaded",
            "unknown_route",
            "cancelled",
            "protocol_error",
            "observed");
    static final Label ANSWER = Label.oneOf("answer", "passed", "2xx", "3xx", "4xx", "5xx", "broken_off", "cancelled");
    static final Label ILLEGAL_MESSAGE = Label.oneOf("kind", "malformed", "too_large", "out_of_order", "late");
    static final Label CLOSED_CONNECTION = Label.oneOf("reason", "silent", "unused", "refused");
    static final Label RELOAD_STATUS = Label.oneOf("status", "success", "unchanged", "failure");
    static final Label CONFIG_HASH =
            Label.of("hash", "hash of the configuration; without a state directory, it differs in each process");
    static final Label ROUTE_STATE = Label.oneOf("state", "serving", "refused", "awaited", "open");
    static final Label OVERRIDE_KIND = Label.oneOf("kind", "policy", "route", "worker");
    static final Label OVERRIDE_MODE = Label.oneOf("mode", "shadow", "off");
    static final Label FAILURE_TYPE = Label.oneOf("failure_type", ErrorCode.values());
    static final Label FAILURE_REASON = Label.oneOf(
            "reason",
            Arrays.stream(ErrorCode.values()).filter(ErrorCode::isOfEntries).toArray(ErrorCode[]::new));
    static final Label NOT_RUN_REASON = Label.oneOf("reason", "tunnel", "encoded", "body_mode", "buffered_bytes");
    static final Label CONFLICT = Label.oneOf("conflict_type", "header_overwritten");
    static final Label PRIORITY = Label.oneOf("priority", Priority.values());
    static final Label OVERLOAD = Label.oneOf("limit", "adaptive", "exchanges", "share", "bytes");
    static final Label DIRECTION = Label.oneOf("direction", "request", "response");
    static final Label STANDING = Label.oneOf("standing", "suspect", "lost", "restored");
    static final Label PATH_FAULT = Label.oneOf("kind", PathFault.values());
    static final Label REQUEST_FAULT = Label.oneOf("kind", RequestFault.values());
    static final Label REFUSAL = Label.oneOf("reason", "unauthenticated", "forbidden");
    static final Label EXECUTION_STATUS =
            Label.oneOf("status", "success", "skip_remaining", "skipped", "denied", "failure");
    static final Label SHADOW_OUTCOME =
            Label.oneOf("outcome", "pass", "change", "skip", "deny", "error", "timeout", "not_run", "overload");
    static final Label LOG_LEVEL = Label.oneOf("level", "trace", "debug", "info", "warn", "error");
    static final Label SEEN = Label.oneOf("type", "headers", "body", "state");

    static final Label HOLDER =
            Label.oneOf("holder", "messages", "headers", "bodies", "results", "answers", "windows", "calls", "work");

    static final Label TARGET = Label.of(
            "target",
            "name of the target; if it has no name, scheme, host and port of its URL, or the address of a server"
                    + " without HTTP");
    static final Label CALLOUT_OUTCOME = Label.of(
            "outcome",
            "class of the status of the answer (`1xx` to `5xx`); `done` for an answer without HTTP; `failed` without an"
                    + " answer");
    static final Label CALLOUT_FAILURE = Label.oneOf("reason", CalloutException.Kind.values());

    static final Label STORE = Label.of("store", "name of the store in `worker_core.stores`");
    static final Label STORE_OUTCOME = Label.oneOf("outcome", "done", "failed");
    static final Label STORE_FAILURE = Label.oneOf("kind", StoreException.Kind.values());

    static final Label CACHE = Label.of(
            "cache",
            "kind of the cached values, named by the policy, such as `tokens`, `keys`, `decisions` or" + " `answers`");
    static final Label KEPT =
            Label.of("kept", "kind of the values, named by the policy, such as `answers`, `drafts` or `reservations`");
    static final Label CACHE_OUTCOME = Label.oneOf("outcome", "hit", "stale", "miss");

    static final Label SINK = Label.of(
            "sink",
            "name of the sink in `worker_core.sinks`; for an inline definition, the destination of its records");
    static final Label LOSS = Label.oneOf("reason", LossReason.values());

    static final Label LANE = Label.oneOf("lane", "short", "long", "passwords");
    static final Label DROP_REASON = Label.oneOf("reason", "full", "waited", "cancelled", "too_large");
    static final Label CALL_DROP_REASON = Label.oneOf("reason", "full", "waited", "late", "cancelled");
    static final Label SPAN_DROP_REASON = Label.oneOf("reason", "full", "failed", "ended");

    private Labels() {}
}
